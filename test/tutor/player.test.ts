import { describe, expect, it } from 'vitest';
import { Interrupted } from '../../src/errors.ts';
import { widthOf } from '../../src/terminal/width.ts';
import { forgetfulLearning } from './forgetful.ts';
import { Learner, lesson } from './learner.ts';

const esc = '\u001b';
const decomposed = (text: string) => text.normalize('NFD');

describe('a lesson on a terminal', () => {
  it('is printed section below section, and only the prompt gives way', async () => {
    const learner = await Learner.open(lesson, 0);
    await learner.press('n', '\r', ' ', 'q');
    expect(await learner.end()).toBeUndefined();
    expect(await learner.text()).toBe(`
Object storage

Where files live
5 min, 3 sections, 2 questions

  1. First
  2. Second
  3. Third

Prices and limits were checked on 2026-11-20.


[1/3] First
━━━━━━━━━━━━━━━━────────────────────────────────

The first text.


[2/3] Second
━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━────────────────

둘째 글이에요.


[3/3] Third
━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━

${Array.from({ length: 12 }, (_, index) => `Paragraph ${index + 1}.`).join('\n\n')}

You stopped at "Third". Go on from there with:
  cloudlab lesson storage --section three`);
    expect(learner.rawModes).toEqual([true, false]);
  });

  it('goes back, up to the title, and forward again', async () => {
    const learner = await Learner.open(lesson, 2);
    expect(await learner.prompt()).toBe('[2/3] n next  p back  s skip  q quit  h help >');
    await learner.press('p');
    expect(await learner.prompt()).toContain('[1/3]');
    await learner.press('P');
    expect(await learner.prompt()).toBe('[0/3] n start  q quit  h help >');
    await learner.press('p');
    expect(await learner.prompt()).toContain('[0/3]');
    await learner.press('N');
    expect(await learner.prompt()).toContain('[1/3]');
  });

  it('understands the keys of the Korean layout, composed or not', async () => {
    const learner = await Learner.open({ ...lesson, language: 'ko' }, 0, { language: 'ko' });
    await learner.press('ㅜ');
    expect(await learner.prompt()).toBe('[1/3] n 다음  p 이전  s 넘기기  q 그만  h 도움말 >');
    await learner.press('ㅜ', 'ㅔ');
    expect(await learner.prompt()).toContain('[1/3]');
    // n and then p, composed to one vowel.
    await learner.press('ㅞ');
    expect(await learner.prompt()).toContain('[1/3]');
    await learner.press('ㅗ');
    expect(await learner.text()).toContain('한글 자판 그대로');
    // q and then h, as one syllable, from an input method that decomposes it.
    await learner.press(decomposed('보'));
    expect(await learner.end()).toBeUndefined();
    expect(await learner.text()).toContain('“First”까지 왔어요.');
  });

  it('takes the Enter that ends a composition for no answer of its own', async () => {
    const learner = await Learner.open(lesson, 0);
    await learner.press('ㅜ\r');
    expect(await learner.prompt()).toContain('[1/3]');
    await learner.press('\r');
    expect(await learner.prompt()).toContain('[2/3]');
  });

  it('ignores arrows, pasted control characters and keys without a meaning', async () => {
    const learner = await Learner.open(lesson, 1);
    const before = await learner.text();
    await learner.press(
      `${esc}[A`,
      `${esc}OP`,
      '\u0000\u0007\u009b',
      `${esc}[200~x${esc}[201~`,
      'é7한',
    );
    expect(await learner.text()).toBe(before);
    await learner.press('n');
    expect(await learner.prompt()).toContain('[2/3]');
  });

  it('takes no letter of a pasted page for a key', async () => {
    const learner = await Learner.open(lesson, 1);
    await learner.press(`${esc}[200~quit now\rrm -rf /\r${'n'.repeat(5000)}\u0004${esc}[201~`);
    expect(await learner.prompt()).toContain('[1/3]');
    // A picture of a keyboard may paste what it types.
    await learner.press(`${esc}[200~ㅜ${esc}[201~`);
    expect(await learner.prompt()).toContain('[2/3]');
    await learner.press('q');
    expect(await learner.end()).toBeUndefined();
    // As the shell found it.
    expect(learner.written.match(/\u001b\[\?2004[hl]/g)).toEqual([
      `${esc}[?2004h`,
      `${esc}[?2004l`,
    ]);
  });

  it('stops on Ctrl-Z and takes the keyboard again when it goes on', async () => {
    const learner = await Learner.open(lesson, 1);
    const prompt = await learner.prompt();
    await learner.press('\u001a');
    expect(learner.suspensions).toBe(1);
    expect(learner.rawModes.slice(0, 2)).toEqual([true, false]);
    expect(learner.rawModes.at(-1)).toBe(true);
    // Stopped from elsewhere, it has had no chance to give anything back.
    const before = learner.rawModes.length;
    for (const goOn of learner.resumptions) goOn();
    expect(learner.rawModes.slice(before)).toEqual([false, true]);
    expect(await learner.prompt()).toBe(prompt);
    await learner.press('n');
    expect(await learner.prompt()).toContain('[2/3]');
    await learner.press('q');
    expect(learner.resumptions).toEqual([]);
  });

  it('explains its keys', async () => {
    const learner = await Learner.open(lesson, 1);
    await learner.press('h');
    expect(await learner.text()).toContain('n  go on (Enter and the space bar do the same)');
    expect(await learner.prompt()).toContain('[1/3]');
  });

  it.each([
    ['Ctrl-C', async (learner: Learner) => learner.press('\u0003')],
    ['a signal', async (learner: Learner) => learner.interrupts[0]?.()],
  ])('is interrupted by %s, with the terminal as it was', async (_, interrupt) => {
    const learner = await Learner.open(lesson, 1);
    await interrupt(learner);
    expect(await learner.end()).toBeInstanceOf(Interrupted);
    expect(learner.rawModes).toEqual([true, false]);
    expect(learner.interrupts).toEqual([]);
    // Where to go on is said on this way out too.
    expect(await learner.text()).toContain('cloudlab lesson storage --section one');
  });

  it.each([
    ['Ctrl-D', async (learner: Learner) => learner.press('\u0004')],
    ['a closed input', async (learner: Learner) => learner.hangUp()],
  ])('ends politely on %s', async (_, leave) => {
    const learner = await Learner.open(lesson, 1);
    await leave(learner);
    expect(await learner.end()).toBeUndefined();
    expect(learner.rawModes).toEqual([true, false]);
    expect(await learner.text()).toContain('cloudlab lesson storage --section one');
  });

  it('gives the terminal back when something breaks', async () => {
    const broken = { ...lesson, sections: [{ id: 'x', title: 'X', blocks: [null as never] }] };
    const learner = await Learner.open(broken, 1);
    expect(await learner.end()).toBeInstanceOf(TypeError);
    expect(learner.rawModes).toEqual([true, false]);
  });

  it('shows a tall section page by page, broken between paragraphs', async () => {
    const learner = await Learner.open(lesson, 3, { rows: 16 });
    expect(await learner.text()).toMatch(
      /Paragraph 5\.\n\n\[3\/3\] n more {2}p back {2}s skip {2}q quit {2}h help >$/,
    );
    await learner.press(' ');
    expect(await learner.text()).toMatch(
      /Paragraph 12\.\n\n\[3\/3\] n next {2}p back {2}s skip {2}q quit {2}h help >$/,
    );
    expect(await learner.text()).toContain('Paragraph 5.\n\nParagraph 6.');
  });

  it('follows a window that is resized in the middle of a section', async () => {
    const learner = await Learner.open(lesson, 3, { rows: 16 });
    learner.resize(20, 10);
    await learner.press('n', 'n');
    expect(await learner.prompt()).toBe('[3/3] n p s q h >');
    const lines = (await learner.text()).split('\n');
    expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(20);
  });

  it('begins where the reader stopped, and tells read, skipped and unseen apart', async () => {
    const learning = forgetfulLearning();
    const first = await Learner.open(lesson, 'where-stopped', { learning });
    expect(await first.prompt()).toContain('[0/3]');
    await first.press('n', 'n', 'ㄴ', 'q');
    expect(learning.stateOf('storage', 'one')).toBe('done');
    expect(learning.stateOf('storage', 'two')).toBe('skipped');
    expect(learning.stateOf('storage', 'three')).toBe('unseen');
    const second = await Learner.open(lesson, 'where-stopped', { learning });
    expect(await second.text()).toContain('Here you stopped last time');
    expect(await second.prompt()).toContain('[3/3]');
    await second.press('p', 'p', 'p');
    expect(await second.text()).toContain('  1. First (read)\n  2. Second (skipped)\n  3. Third\n');
  });

  it('keeps each answer before it is explained', async () => {
    const answers: unknown[] = [];
    const learning = {
      ...forgetfulLearning(),
      answer: (...answer: unknown[]) => answers.push(answer),
    };
    const learner = await Learner.open(lesson, 'questions', { learning });
    await learner.press('1', '\u0003');
    expect(await learner.end()).toBeInstanceOf(Interrupted);
    expect(answers).toEqual([
      ['storage', 'q1', { right: expect.any(Boolean), given: [expect.stringMatching(/^[abc]$/)] }],
    ]);
  });

  it('searches, and goes to what is found here or says where else it is', async () => {
    const asked: string[] = [];
    const search = async (words: string) => {
      asked.push(words);
      return words === 'ㅂ'
        ? []
        : [
            { lesson: 'compute', section: 'idea', title: 'Compute: The idea' },
            { lesson: 'storage', section: 'three', title: 'Third', excerpt: 'Paragraph 1.' },
          ];
    };
    const learner = await Learner.open(lesson, 1, { search });
    await learner.press('/', 'ㅂ', '\r');
    expect(await learner.text()).toContain('Nothing was found for "ㅂ".');
    await learner.press('/', '버', '킷', '퀴', '\u007f', ' ', '이', '\r');
    await learner.press('1');
    expect(await learner.text()).toContain('cloudlab lesson compute --section idea');
    expect(await learner.prompt()).toContain('[1/3]');
    await learner.press('/', '\r');
    expect(await learner.prompt()).toContain('[1/3]');
    await learner.press('/', 'x', '\r', '2');
    expect(await learner.prompt()).toContain('[3/3]');
    expect(asked).toEqual(['ㅂ', '버킷 이', 'x']);
    await learner.press('/', '\u0003');
    expect(await learner.end()).toBeInstanceOf(Interrupted);
  });

  it('offers the questions after the last section', async () => {
    const learner = await Learner.open(lesson, 3);
    await learner.press('n');
    expect(await learner.text()).toContain('Questions\n\n2 questions.');
    await learner.press('q');
    expect(await learner.text()).toContain('cloudlab lesson storage --quiz');
  });
});

describe('the questions', () => {
  /** The number under which an option is shown. */
  const numberOf = async (learner: Learner, option: string) =>
    new RegExp(`(\\d)\\. ${option}`).exec(await learner.text())?.[1] ?? 'missing';

  it('explain why a wrong option tempts and why the right one is right', async () => {
    const learner = await Learner.open(lesson, 'questions');
    const [wrong, right] = [
      await numberOf(learner, 'Option C'),
      await numberOf(learner, 'Option B'),
    ];
    expect(await learner.prompt()).toBe('[1/2] 1-3 answer  s skip  q quit  h help >');
    await learner.press('9', wrong);
    expect(await learner.text()).toContain(
      `Your answer: ${wrong}. Not this one.\n  C tempts.\n\nThe right answer is ${right}:\n  B because.\n`,
    );
    await learner.press('n');
    await learner.press(await numberOf(learner, 'Option D'));
    expect(await learner.end()).toBeUndefined();
    expect(await learner.text()).toMatch(
      /That is right\.\n {2}D because\.\n\n1 of 2 right\.\n\nWorth[^\n]+\n {2}- First\n {4}cloudlab lesson storage --section one\n\nThen do it for real:\n {2}cloudlab mission create-bucket$/,
    );
  });

  it('understand keys that arrive composed: w and then n as 주', async () => {
    const learner = await Learner.open(lesson, 'questions');
    await learner.press(await numberOf(learner, 'Option C'), '주');
    expect(await learner.text()).toContain('A tempts.');
    expect(await learner.prompt()).toContain('[2/2]');
  });

  it('can be left, and say how to come back', async () => {
    const learner = await Learner.open(lesson, 'questions');
    await learner.press('ㅂ');
    expect(await learner.end()).toBeUndefined();
    expect(await learner.text()).toContain('with 0 of 0 right');
    expect(await learner.text()).toContain('cloudlab lesson storage --quiz');
  });
});

describe('with --plain', () => {
  it('reads whole lines, without raw mode and without redrawing', async () => {
    const learner = await Learner.open(lesson, 1, { plain: true, rows: 10 });
    await learner.press('n\n', 'ㅜ\n', 'what?\n', '２\n', '1\n', '\n', '\n');
    const text = await learner.text();
    expect(text).toContain('[1/3] 1 next, 2 back, 3 skip, 4 quit, 5 help > n\n\n[2/3] Second');
    expect(text).toContain('> what?\n\n  1, n  go on');
    expect(await learner.prompt()).toContain('[1/2] 1-3 answer');
    const number = /(\d)\. Option B/.exec(text)?.[1] ?? '';
    // An input method in its full-width mode types １ for 1.
    const fullWidth = String.fromCharCode(number.charCodeAt(0) + 0xfee0);
    await learner.press(`${esc}[D${fullWidth}\n`);
    expect(await learner.text()).toContain(`Your answer: ${number}. That is right.`);
    expect(learner.rawModes).toEqual([]);
    expect(learner.written.replaceAll(/\u001b\[\d+m/g, '')).not.toContain(esc);
  });

  it('ends politely when the input ends, and is interrupted by a signal', async () => {
    const polite = await Learner.open(lesson, 1, { plain: true });
    await polite.hangUp();
    expect(await polite.end()).toBeUndefined();
    const hasty = await Learner.open(lesson, 1, { plain: true });
    hasty.interrupts[0]?.();
    expect(await hasty.end()).toBeInstanceOf(Interrupted);
  });
});
