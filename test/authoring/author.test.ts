import {
  appendFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkLinks, linksOf } from '../../src/authoring/links.ts';
import type { Mission } from '../../src/missions/define.ts';
import { temporaryDirectory } from '../support/directories.ts';
import { packageRoot, TestHost } from '../support/host.ts';
import { openStage } from '../support/stage.ts';

/** A copy of everything that authors write, with all translations accepted. */
async function openRepository() {
  const root = temporaryDirectory();
  for (const folder of ['lessons', 'missions']) {
    cpSync(join(packageRoot, folder), join(root, folder), { recursive: true });
  }
  symlinkSync(join(packageRoot, 'src'), join(root, 'src'));
  const author = (...args: string[]) =>
    new TestHost({ home: root, cwd: join(root, 'lessons') }).run('author', ...args);
  await author('accept');
  return { root, author };
}

describe('author new', () => {
  it('makes a lesson after the last that compiles, with everything unwritten named', async () => {
    const { root, author } = await openRepository();
    const made = await author('new', 'lesson', 'message-queue', '--json');
    expect(made.code).toBe(0);
    const { folder, files } = JSON.parse(made.stdout) as { folder: string; files: string[] };
    expect(folder).toMatch(/^lessons\/\d\d-message-queue$/);
    expect(files).toContain('quiz.ko.yaml');

    const checked = await author('check', 'message-queue', '--json');
    expect(checked.code).toBe(1);
    const { problems, unfinished } = JSON.parse(checked.stdout);
    expect(problems).toEqual([]);
    const places = (unfinished as { file: string }[]).map(({ file }) => file);
    expect(places).toContain(`${folder}/lesson.en.md`);

    // An author writes.
    for (const name of files) {
      const path = join(root, folder, name);
      writeFileSync(path, readFileSync(path, 'utf8').replaceAll('TODO', 'words'));
    }
    expect((await author('check', 'message-queue')).stdout).toContain('section why');
    await author('accept', 'message-queue');
    expect((await author('check')).code).toBe(0);

    const english = join(root, folder, 'lesson.en.md');
    const named = (text: string) => text.replace('minutes:', 'aliases: [db]\nminutes:');
    writeFileSync(english, named(readFileSync(english, 'utf8')));
    expect((await author('check', 'message-queue')).stdout).toContain(
      `${folder}/lesson.en.md:1  aliases  expected names of its own, received db, which leads to database already`,
    );
  });

  it('makes a mission that passes, sees its mistake and leaves nothing', async () => {
    const { root, author } = await openRepository();
    expect((await author('new', 'mission', 'read-object')).code).toBe(0);
    const { problems } = JSON.parse((await author('check', 'read-object', '--json')).stdout);
    expect(problems).toEqual([]);
    const { default: mission } = (await import(
      join(root, 'missions', 'read-object', 'mission.ts')
    )) as { default: Mission };
    const right = await openStage(mission);
    const passed = await right.play();
    expect(passed.verdict).toBe('passed');
    await right.expectNothingLeft(passed);
    const [mistake] = mission.wrong;
    const wrong = await openStage(mission);
    const failed = await wrong.play(mistake === undefined ? {} : { solve: mistake.solve });
    expect(failed.tasks.find(({ state }) => state === 'failed')?.hint).toBe(mistake?.hint);
  });

  it.each([
    [['new', 'lesson', 'Message Queue'], 'cannot be an id'],
    [['new', 'lesson', '../../etc'], 'cannot be an id'],
    [['new', 'lesson', 'storage'], '05-storage exists already'],
    [['new', 'poem', 'spring'], 'lesson, mission'],
    [['new'], '<kind> is missing'],
    [['preview', 'storag'], 'Did you mean: storage'],
    [[], 'cloudlab author new|check|preview|accept'],
  ])('%j is refused', async (args, expected) => {
    const { author } = await openRepository();
    const { code, stderr } = await author(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(expected);
  });

  it('says outside of a repository that it is no repository', async () => {
    const outside = temporaryDirectory();
    const host = new TestHost({ home: outside, cwd: outside });
    const { code, stderr } = await host.run('author', 'check');
    expect(code).toBe(2);
    expect(stderr).toContain('not in a checkout');
  });
});

describe('author check', () => {
  it('names mistakes by file, line, place, what was expected and what was found', async () => {
    const { root, author } = await openRepository();
    const text = join(root, 'lessons/05-storage/lesson.ko.md');
    const lines = readFileSync(text, 'utf8').split('\n').length;
    appendFileSync(text, '\n이 버킷은 한 달에 5달러예요.\n');
    const { code, stdout } = await author('check', 'storage');
    expect(code).toBe(1);
    expect(stdout).toContain(
      `lessons/05-storage/lesson.ko.md:${lines + 1}  (text)  expected prices as`,
    );
    expect(stdout).toContain('received "5달러"');
  });

  it('asks every linked page once, and tells which are not there', async () => {
    const { root } = await openRepository();
    const page = 'https://docs.cloud.google.com/nothing/of/this/name';
    appendFileSync(
      join(root, 'missions/create-bucket/en.md'),
      `\n[here](${page}#part) and ${page}\n`,
    );
    const asked: string[] = [];
    const broken = await checkLinks(root, async (url) => {
      asked.push(url);
      if (url.includes('pricing')) throw new Error('no network');
      return { status: url === page ? 404 : 200 };
    });
    expect(asked.filter((url) => url === page)).toHaveLength(1);
    expect(new Set(asked)).toEqual(new Set(linksOf(root).keys()));
    expect(broken).toContainEqual({
      file: 'missions/create-bucket/en.md',
      line: expect.any(Number),
      path: page,
      expected: 'a page',
      received: '404',
    });
    expect(broken.filter(({ received }) => received === 'no network').length).toBeGreaterThan(0);
  });
});

describe('author preview', () => {
  it('shows a section as learners see it, and what is wrong with the lesson', async () => {
    const { root, author } = await openRepository();
    const file = join(root, 'lessons/05-storage/lesson.en.md');
    writeFileSync(file, readFileSync(file, 'utf8').replace('## ', 'TODO\n\n## '));
    const { stdout, stderr } = await author(
      'preview',
      'storage',
      '--section',
      'why',
      '--lang',
      'en',
    );
    expect(stdout).toContain('[1/');
    expect(stderr).toContain('expected your own words');
  });

  it('shows it again after a save, until Ctrl-C', async () => {
    const { root } = await openRepository();
    mkdirSync(join(root, 'home'));
    const host = new TestHost({ home: join(root, 'home'), cwd: root, columns: 80 });
    const running = host.run('author', 'preview', 'storage', '--section', 'why', '--lang', 'en');
    await host.shown('Ctrl-C');
    const file = join(root, 'lessons/05-storage/lesson.en.md');
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace(/ \{#why\}\n/, ' {#why}\n\nFreshly saved.\n'),
    );
    await host.shown('Freshly saved.');
    await host.interruptOnceHeard();
    expect((await running).code).toBe(130);
  });
});
