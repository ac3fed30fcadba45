import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { costOf } from '../../src/cloud/prices.ts';
import type { Resource } from '../../src/cloud/resource.ts';
import { compileContent } from '../../src/content/compile.ts';
import { languages } from '../../src/content/compiled.ts';
import { type Content, loadContent } from '../../src/content/load.ts';
import { packageRoot } from '../support/host.ts';

/*
 * One edit of the table of facts changes every lesson, question, term and cost estimate that
 * follows from it: here the hour of an e2-micro in Seoul becomes a hundred times as dear.
 */

const price = 'gce-e2-micro-hour-asia-northeast3';
const table = 'lessons/facts/compute.yaml';

const directory = mkdtempSync(join(tmpdir(), 'cloudlab-edit-'));
const roots = { before: join(directory, 'before'), after: join(directory, 'after') };
const content = {} as Record<keyof typeof roots, Content>;

beforeAll(() => {
  for (const [which, root] of Object.entries(roots) as [keyof typeof roots, string][]) {
    for (const folder of ['lessons', 'missions']) {
      cpSync(join(packageRoot, folder), join(root, folder), { recursive: true });
    }
    if (which === 'after') {
      const facts = readFileSync(join(root, table), 'utf8');
      const edited = facts.replace(
        new RegExp(`(id: ${price}\\n {2}value: )([\\d.]+)`),
        (_, before: string, value: string) => `${before}${100 * Number(value)}`,
      );
      expect(edited).not.toBe(facts);
      writeFileSync(join(root, table), edited);
    }
    compileContent(root, join(root, 'dist', 'content'));
    content[which] = loadContent(root);
  }
});

afterAll(() => rmSync(directory, { recursive: true }));

it.each(languages)('changes the sections that tell it (%s)', (language) => {
  const sections = (which: keyof typeof roots) =>
    Object.fromEntries(
      content[which]
        .lessons()
        .flatMap(({ id }) =>
          content[which]
            .lesson(id, language)
            .sections.map((section) => [`${id} ${section.id}`, JSON.stringify(section)]),
        ),
    );
  const [before, after] = [sections('before'), sections('after')];
  const changed = Object.keys(before).filter((id) => before[id] !== after[id]);
  // A sentence, a calculation and the bars of a drawing.
  expect(changed).toEqual(
    expect.arrayContaining(['compute machine-types', 'compute bill', 'intro idea']),
  );
  expect(changed).not.toContain('storage bill');
});

it.each(languages)('changes the questions that ask for it, and what is right (%s)', (language) => {
  const question = (which: keyof typeof roots) => {
    const found = content[which]
      .lesson('compute', language)
      .questions.find(({ id }) => id === 'office-hours');
    if (found?.type !== 'number') throw new Error('office-hours is no prediction any more');
    return found;
  };
  const [before, after] = [question('before'), question('after')];
  expect(after.answer.value).toBeGreaterThan(10 * before.answer.value);
  expect(JSON.stringify(after.prompt)).not.toBe(JSON.stringify(before.prompt));
  expect(JSON.stringify(after.why)).not.toBe(JSON.stringify(before.why));
});

it('changes what a mission tells, and what it says that it would have cost', () => {
  const vm: Resource = {
    ...{ kind: 'instance', name: 'vm', zone: 'asia-northeast3-a' },
    ...{ machineType: 'e2-micro', ephemeralAddress: false },
  };
  const hourOf = (which: keyof typeof roots) =>
    costOf([], [vm], 3_600_000, 'asia-northeast3', content[which].facts()).usd;
  expect(hourOf('after')).toBeCloseTo(100 * hourOf('before'), 9);
  expect(content.after.mission('create-vm', 'en')).not.toEqual(
    content.before.mission('create-vm', 'en'),
  );
});
