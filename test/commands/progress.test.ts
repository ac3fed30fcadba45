import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { compileContent } from '../../src/content/compile.ts';
import { locateHome } from '../../src/home.ts';
import { answered, entered, left } from '../../src/tutor/progress/changes.ts';
import type { Progress } from '../../src/tutor/progress/format.ts';
import { ProgressStore } from '../../src/tutor/progress/store.ts';
import { makeRepository, validFiles } from '../content/repository.ts';
import { temporaryDirectory } from '../support/directories.ts';
import { type HostOptions, type Outcome, TestHost } from '../support/host.ts';

let packageRoot: string;
let home: string;

beforeAll(() => {
  packageRoot = makeRepository(validFiles);
  compileContent(packageRoot, join(packageRoot, 'dist', 'content'));
});
beforeEach(() => {
  home = temporaryDirectory();
});

const today = '2026-11-20T09:00:00.000Z';
const tomorrow = '2026-11-21T09:00:00.000Z';

const host = (options: Partial<HostOptions> = {}) =>
  new TestHost({ home, packageRoot, ...options });
const run = (line: string, options?: Partial<HostOptions>) => host(options).run(...line.split(' '));
const json = async (line: string, options?: Partial<HostOptions>) =>
  JSON.parse((await run(`${line} --json`, options)).stdout);

const store = () => new ProgressStore(locateHome(home, '/', '/'), () => {});
const change = (...changes: ((progress: Progress) => Progress)[]) =>
  store().update((progress) => changes.reduce((known, one) => one(known), progress));

const at = new Date(today);
const readAll = (progress: Progress) =>
  ['one', 'two'].reduce((known, id) => left(known, 'first', id, 'done', at), progress);
const answer = (question: string, right: boolean) => (progress: Progress) =>
  answered(progress, 'first', question, { at: today, right, given: [right ? 'b' : 'a'] });

/** Presses keys, each once somebody waits for one; `right` and `wrong` stand for an option's number. */
async function play(one: TestHost, line: string, keys: readonly string[]): Promise<Outcome> {
  const end = one.run(...line.split(' '));
  let before = '';
  for (const key of keys) {
    const text = async () => (await one.screen?.text()) ?? '';
    const isAsked = async () => (await text()) !== before && / >\n$/.test(await text());
    await expect.poll(isAsked, { timeout: 10_000 }).toBe(true);
    const shown = await text();
    before = shown;
    const right = [...shown.matchAll(/(\d)\. B$/gm)].at(-1)?.[1] ?? '';
    const wrong = [...shown.matchAll(/(\d)\. A$/gm)].at(-1)?.[1] ?? '';
    one.stdin.write({ right, wrong }[key] ?? key);
  }
  return end;
}

describe('cloudlab progress', () => {
  it('tells what is done, skipped, answered and due, and the days', async () => {
    change(
      (progress) => left(progress, 'first', 'one', 'skipped', at),
      (progress) => left(progress, 'first', 'two', 'done', at),
      answer('q1', false),
      answer('q2', true),
    );
    const { stdout, code } = await run('progress --plain', { now: tomorrow });
    expect(code).toBe(0);
    expect(stdout).toContain('first  1 of 2 sections, 1 skipped, 2 of 7 questions, 1 right, 1 due');
    expect(stdout).toContain('play  not done yet');
    expect(stdout).toContain('1 question is due today:\n    cloudlab review');
    expect(stdout).toContain('You learned on 1 of the last 28 days.');
    expect(stdout).not.toMatch(/[█▒░·]/);
    expect(await json('progress', { now: tomorrow })).toMatchObject({
      lessons: [
        {
          id: 'first',
          title: 'First lesson',
          sections: { all: 2, done: 1, skipped: 1 },
          questions: { all: 7, answered: 2, right: 1 },
          finished: true,
          due: 1,
        },
      ],
      missions: [{ id: 'play', passed: [] }],
      reviews: { cap: 10, due: 1, today: 1, later: 0 },
      days: { last28: 1, inARow: 1, learned: ['2026-11-20'] },
    });
  });

  it('draws the same with bars that need no colour', async () => {
    change((progress) => left(progress, 'first', 'one', 'skipped', at));
    expect((await run('progress')).stdout).toContain(
      'first  ▒▒▒▒▒▒░░░░░░ 0 of 2 sections, 1 skipped',
    );
  });

  it('names what was damaged as long as it lies there, in JSON too', async () => {
    change(readAll);
    change(answer('q1', true));
    const damaged = join(home, 'progress', 'damaged-2.json');
    writeFileSync(join(home, 'progress', '2.json'), '{');
    expect(await json('progress')).toMatchObject({
      setAside: [damaged],
      lessons: [{ finished: true, questions: { answered: 0 } }],
    });
    expect((await run('progress')).stdout).toContain(
      `set aside; delete it if you like:\n  ${damaged}`,
    );
    expect(readFileSync(damaged, 'utf8')).toBe('{');
  });

  it('writes nothing where it only shows', async () => {
    for (const line of ['progress', 'next', 'review', 'quiz', 'progress export -']) {
      expect((await run(line)).code).toBe(0);
    }
    expect(readdirSync(home)).toEqual([]);
  });

  it('of a newer cloudlab is refused and left alone', async () => {
    change(readAll);
    writeFileSync(join(home, 'progress', '2.json'), '{"format":2}');
    for (const line of [
      'progress',
      'next',
      'review',
      'progress export -',
      'progress reset --yes',
    ]) {
      const { code, stderr } = await run(line);
      expect(code).toBe(3);
      expect(stderr).toMatch(/newer\s+cloudlab/);
    }
    expect(await json('progress')).toMatchObject({ error: { code: 'progress-newer' } });
    const quiz = await run('quiz first');
    expect(quiz.code).toBe(0);
    expect(quiz.stderr).toMatch(/nothing\s+is\s+kept/);
    expect(readdirSync(join(home, 'progress')).toSorted()).toEqual(['1.json', '2.json']);
  });
});

describe('cloudlab progress export and import', () => {
  it('carry everything to another computer, and add to what is there', async () => {
    change(readAll, answer('q1', true));
    const file = join(home, 'learned.json');
    expect((await run('progress export learned.json')).stdout).toContain(file);
    const before = store().read();

    home = temporaryDirectory();
    change(answer('q2', false));
    expect(await json(`progress import ${file}`)).toMatchObject({
      added: { sections: 2, answers: 1, missions: 0, days: 0 },
    });
    const { lessons } = store().read();
    expect(lessons['first']?.sections).toEqual(before.lessons['first']?.sections);
    expect(Object.keys(lessons['first']?.attempts ?? {})).toEqual(['q1', 'q2']);
    const again = await run(`progress import ${file}`);
    expect(again.stdout).toContain('nothing in it that is not here already');
  });

  it('refuse what is no export, and say what, why and what next', async () => {
    change(readAll);
    const file = join(home, 'learned.json');
    await run('progress export learned.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"done"', '"skipped"'));
    const { code, stderr } = await run(`progress import ${file}`);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^Error: [\s\S]*not as it was exported[\s\S]*\nNext: Export it again/);
    expect((await run('progress import nothing.json')).stderr).toMatch(/There is\s+no file/);
    expect((await run('progress import .')).stderr).toMatch(/cannot be\s+read/);
    expect(readdirSync(join(home, 'progress'))).toEqual(['1.json']);
  });

  it('replace an older export, and no other file', async () => {
    change(readAll);
    expect((await run('progress export learned.json')).code).toBe(0);
    expect((await run('progress export learned.json')).code).toBe(0);
    writeFileSync(join(home, 'thesis.json'), '{"pages":200}');
    const { code, stderr } = await run('progress export thesis.json');
    expect(code).toBe(2);
    expect(stderr).toMatch(/something else than\s+exported progress/);
    expect(readFileSync(join(home, 'thesis.json'), 'utf8')).toBe('{"pages":200}');
    expect((await run('progress export no/such/folder.json')).stderr).toContain(
      'cannot be written',
    );
  });

  it.skipIf(process.platform === 'win32')('do not read a device for ever', async () => {
    change(readAll);
    expect((await run('progress import /dev/zero')).stderr).toContain('too large');
    expect((await run('progress export /dev/zero')).stderr).toContain('something else');
  });

  it('pass through a pipe', async () => {
    change(readAll);
    const { stdout } = await run('progress export -');
    home = temporaryDirectory();
    const other = host();
    const end = other.run('progress', 'import', '-', '--json');
    other.stdin.end(stdout);
    expect(JSON.parse((await end).stdout).added.sections).toBe(2);
  });
});

describe('cloudlab progress reset', () => {
  it('forgets everything once it is confirmed, and leaves a copy', async () => {
    change(readAll);
    expect((await run('progress reset')).code).toBe(2);
    expect(Object.keys(store().read().lessons)).toEqual(['first']);
    const { copy } = await json('progress reset --yes');
    expect(store().read().lessons).toEqual({});
    expect((await run(`progress import ${copy}`)).code).toBe(0);
    expect(Object.keys(store().read().lessons)).toEqual(['first']);
  });
});

describe('cloudlab review', () => {
  it('asks what is due, keeps each answer, and says when the next comes', async () => {
    change(readAll, answer('q1', false), answer('q2', false));
    const { screen, code } = await play(host({ columns: 80, now: tomorrow }), 'review', [
      'right',
      'n',
      'wrong',
    ]);
    expect(code).toBe(0);
    expect(screen).toContain('Reviews: 2 questions');
    expect(screen).toContain('1 of 2 right.');
    expect(screen).toContain('The one that went wrong comes back tomorrow.');
    expect(screen).toContain('The next review is on November 22.');
    const { attempts } = store().read().lessons['first'] ?? {};
    expect(Object.values(attempts ?? {}).map((made) => made.length)).toEqual([2, 2]);
    expect(await json('review', { now: tomorrow })).toMatchObject({ doneToday: 2, due: 0 });
  });

  it('keeps what was answered where somebody leaves, and says what is open', async () => {
    change(readAll, answer('q1', false), answer('q2', false));
    const { screen, code } = await play(host({ columns: 80, now: tomorrow }), 'review', [
      'right',
      '\u0003',
    ]);
    expect(code).toBe(130);
    expect(screen).toContain('1 question of today is still open:\n  cloudlab review');
    expect(await json('review', { now: tomorrow })).toMatchObject({ doneToday: 1, due: 1 });
  });

  it('says when it is enough for today, and how to have more', async () => {
    change(answer('q1', false), answer('q2', false));
    const line = 'review --cap 1';
    const { screen } = await play(host({ columns: 80, now: tomorrow }), line, ['right']);
    expect(screen).toContain('The next review is on November 22.');
    const { stdout } = await run('review', { now: tomorrow });
    expect(stdout).toMatch(
      /You have reviewed 1 today, which is enough[\s\S]*\n {2}cloudlab review --cap 2\n$/,
    );
    expect((await run('next', { now: tomorrow })).stdout).not.toContain('cloudlab review');
  });

  it('remembers how many a day, and spreads the rest', async () => {
    change(...['q1', 'q2', 'q3', 'q4', 'q5'].map((question) => answer(question, false)));
    const { stdout } = await run('review --cap 2', { now: tomorrow });
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      '5 are due. Today come the 2 most useful ones, your own mistakes first; the others follow, 2 a day until November 23.',
    );
    expect(stdout.match(/^\[\d\/2\] Why\?$/gm)).toHaveLength(2);
    expect(await json('review', { now: tomorrow })).toMatchObject({ cap: 2, later: 3 });
    for (const cap of ['0', '-1', 'x', '501', '1.5']) {
      expect((await run(`review --cap=${cap}`)).code).toBe(2);
    }
  });
});

describe('cloudlab quiz', () => {
  it('asks one lesson by any of its names, in an order that a seed decides', async () => {
    const first = (await run('quiz 01-first --seed 3')).stdout;
    expect(first.match(/^\[\d\/7\] Why\?$/gm)).toHaveLength(7);
    expect((await run('quiz first --seed 3', { seed: 'other' })).stdout).toBe(first);
    const orders = await Promise.all(
      [4, 5, 6, 7].map(async (seed) => (await run(`quiz first --seed ${seed}`)).stdout),
    );
    expect(new Set([first, ...orders]).size).toBeGreaterThan(1);
    expect((await run('quiz frist')).stderr).toContain('first');
    expect((await run('quiz first --seed 1e3')).code).toBe(2);
  });

  it('mixes what was finished, and says so where nothing was', async () => {
    expect((await run('quiz')).stdout).toContain('cloudlab quiz first');
    change(readAll);
    const { seed, questions } = await json('quiz');
    expect(questions).toHaveLength(7);
    expect((await json(`quiz --seed ${seed}`)).questions).toEqual(questions);
  });

  it('makes cards of what went wrong', async () => {
    const { screen } = await play(host({ columns: 80 }), 'quiz first', ['wrong', 'q']);
    expect(screen).toContain('You stopped there, with 0 of 1 right.');
    expect((await json('review', { now: tomorrow })).today).toHaveLength(1);
  });
});

describe('cloudlab next', () => {
  it('says the one thing to do, with its command on a line of its own', async () => {
    expect((await run('next')).stdout).toMatch(/\n {2}cloudlab lesson first\n$/);
    change((progress) => entered(progress, 'first', 'two', at));
    expect((await run('next --lang ko')).stdout).toBe(
      '다음 할 일: “첫 레슨” 이어서 읽기\n“첫 레슨” 레슨의 “Two” 섹션까지 왔어요.\n  cloudlab lesson first\n',
    );
    expect(await json('next')).toMatchObject({ kind: 'resume', command: 'cloudlab lesson first' });
  });

  it('is the first entry of the menu, which opens also where progress cannot be read', async () => {
    const menu = async () => {
      const one = host({ columns: 80 });
      const end = one.run();
      await expect.poll(() => one.screen?.text()).toContain('Check this machine');
      one.stdin.write('\u0003');
      return (await end).screen;
    };
    expect(await menu()).toContain('Next: Read "First lesson" (5 min)');
    change(readAll);
    writeFileSync(join(home, 'progress', '2.json'), '{"format":2}');
    expect(await menu()).not.toContain('Next:');
    expect(existsSync(join(home, 'progress', '2.json'))).toBe(true);
  });
});
