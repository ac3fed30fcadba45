import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';

const made: string[] = [];

afterAll(() => {
  for (const root of made) rmSync(root, { recursive: true });
});

/** A small repository that compiles: one lesson, one mission, in both languages. */
export const validFiles: Readonly<Record<string, string>> = {
  'lessons/facts/all.yaml': [
    '- { id: price-a, value: 0.023, unit: USD/GB-month, source: a page, asOf: 2026-07-30 }',
    '- { id: limit-b, value: 1024, unit: bytes, region: us, source: a page, asOf: 2026-07-30 }',
    '',
  ].join('\n'),
  'lessons/01-first/lesson.en.md': lesson('First lesson', 'costs {{1000 * price-a}} a month'),
  'lessons/01-first/lesson.ko.md': lesson('첫 레슨', '한 달에 {{1000 * price-a}}예요'),
  'lessons/01-first/quiz.en.yaml': quiz('Why?'),
  'lessons/01-first/quiz.ko.yaml': quiz('왜일까요?'),
  'lessons/01-first/terms.en.yaml': terms('bucket', 'Object storage'),
  'lessons/01-first/terms.ko.yaml': terms('버킷', '객체 저장소'),
  'missions/play/en.md': mission('Play'),
  'missions/play/ko.md': mission('놀기'),
  'missions/play/mission.ts': '',
};

/** Writes a repository into a temporary directory that goes away with the test file. */
export function makeRepository(files: Readonly<Record<string, string | undefined>>): string {
  const root = mkdtempSync(join(tmpdir(), 'cloudlab-content-'));
  made.push(root);
  for (const [path, text] of Object.entries(files)) {
    if (text === undefined) continue;
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

function lesson(title: string, cost: string): string {
  return `---
id: first
title: ${title}
summary: One line
minutes: 5
mission: play
asOf: 2026-11-20
goals: [one, two, three]
sources:
  - { title: A page, url: "https://example.com/page", asOf: 2026-11-01 }
---

## One {#one}

It ${cost}.

## Two {#two}

\`\`\`sh needs=gcloud
echo {{price-a}} $1
\`\`\`
`;
}

function quiz(prompt: string): string {
  const questions = [1, 2, 3, 4, 5, 6, 7].map(
    (number) => `  - id: q${number}
    type: single
    section: one
    prompt: ${prompt}
    options:
      - { id: a, text: A, why: It is not. }
      - { id: b, text: B, correct: true, why: "It costs {{price-a}}." }
      - { id: c, text: C, why: It is not. }
`,
  );
  return `questions:\n${questions.join('')}`;
}

function terms(word: string, concept: string): string {
  return `terms:
  - { id: bucket, term: ${word}, text: "It costs {{price-a}}.", section: one }
products:
  - id: cloud-storage
    concept: ${concept}
    gcp: [Cloud Storage]
    aws: [S3]
    azure: [Blob Storage]
    also: [GCS]
    formerly: [{ name: Old Storage, now: Cloud Storage, since: 2026-04 }]
    text: Files.
    differences: [They differ.]
    section: two
`;
}

function mission(title: string): string {
  return `---
title: ${title}
summary: One line
minutes: 5
lesson: first
inputs:
  bucket: a name
hints:
  missing: { why: Not there., next: Make it. }
given:
  path: the file
tasks:
  make: { concept: A name. }
---
An introduction.

## Make it {#make}

Up to {{limit-b}} bytes.
`;
}
