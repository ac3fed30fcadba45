/**
 * The files of a lesson to begin with. They compile as they are; `TODO` stands wherever an author's
 * own words belong, and `author check` lists each.
 */

const sections = {
  en: {
    why: 'Which trouble led to this?',
    idea: 'The idea',
    clouds: 'The same thing on three clouds',
    bill: 'What keeps costing money',
    'when-not': 'When not to use it',
    traps: 'Where people trip',
    try: 'Do it yourself',
  },
  ko: {
    why: '왜 생겼을까요?',
    idea: '핵심 개념',
    clouds: '세 클라우드의 이름',
    bill: '계속 돈이 나가는 곳',
    'when-not': '쓰지 말아야 할 때',
    traps: '자주 걸려 넘어지는 곳',
    try: '직접 해 보기',
  },
} as const;

type Language = keyof typeof sections;

/**
 * @param id the lesson's id
 * @param today `2026-11-20`
 * @returns contents by file name, within the lesson's folder
 */
export function newLesson(id: string, today: string): Record<string, string> {
  return {
    'lesson.en.md': lesson(id, today, 'en'),
    'lesson.ko.md': lesson(id, today, 'ko'),
    'quiz.en.yaml': quiz,
    'quiz.ko.yaml': quiz,
    'terms.en.yaml': terms(id),
    'terms.ko.yaml': terms(id),
  };
}

function lesson(id: string, today: string, language: Language): string {
  const bodies: Readonly<Record<string, string>> = {
    idea: diagram,
    clouds: diagram,
    bill: bars,
    try: command,
  };
  const texts = Object.entries(sections[language]).map(
    ([section, title]) =>
      `## ${title} {#${section}}\n\nTODO${section in bodies ? `\n\n${bodies[section]}` : ''}`,
  );
  return `---
id: ${id}
title: TODO
summary: TODO
minutes: 20
asOf: ${today}
goals:
  - TODO one
  - TODO two
  - TODO three
sources: [] # TODO: - { title: …, url: "https://…", asOf: ${today} }
---

${texts.join('\n\n')}
`;
}

const diagram = `\`\`\`diagram
you ──> TODO
\`\`\`
\`\`\`mermaid
flowchart LR
  Y[you] --> T[TODO]
\`\`\``;

const bars = `\`\`\`bars
title: TODO
TODO one: {{gce-hours-per-month}}
TODO two: {{gce-hours-per-month / 2}}
\`\`\``;

const command = `\`\`\`sh needs=sandbox
cloudlab lesson list
\`\`\``;

const options = `    options:
      - { id: right, text: TODO, correct: true, why: TODO }
      - { id: wrong, text: TODO, why: TODO }
      - { id: tempting, text: TODO, why: TODO }`;

const quiz = `# At least seven questions of at least four types: lessons/README.md.
questions:
  - id: single-one
    type: single
    section: idea
    prompt: TODO
${options}

  - id: single-two
    type: single
    section: bill
    prompt: TODO
${options}

  - id: single-three
    type: single
    section: traps
    prompt: TODO
${options}

  - id: several
    type: multiple
    section: when-not
    prompt: TODO
${options}
      - { id: also-right, text: TODO, correct: true, why: TODO }

  - id: in-order
    type: order
    section: try
    prompt: TODO
    items:
      - { id: first, text: TODO, why: TODO }
      - { id: second, text: TODO, why: TODO }
      - { id: third, text: TODO, why: TODO }

  - id: names
    type: match
    section: clouds
    prompt: TODO
    pairs:
      - { id: one, left: TODO, right: TODO, why: TODO }
      - { id: two, left: TODO, right: TODO, why: TODO }
      - { id: three, left: TODO, right: TODO, why: TODO }

  - id: how-much
    type: number
    section: bill
    prompt: TODO
    answer: "{{gce-hours-per-month}}"
    tolerance: 10
    why: TODO
    traps:
      - { id: half, value: "{{gce-hours-per-month / 2}}", why: TODO }
`;

function terms(id: string): string {
  return `# Words for cloudlab glossary, products for cloudlab compare: lessons/README.md.
terms:
  - id: ${id}-word
    term: TODO ${id}
    text: TODO
    section: idea

products: []
`;
}
