import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, type TestContext } from 'vitest';
import type { Context } from '../../../src/context.ts';
import { locateHome } from '../../../src/home.ts';
import { loadMessages } from '../../../src/i18n/messages.ts';
import type { Settings } from '../../../src/settings.ts';
import { Terminal } from '../../../src/terminal/terminal.ts';
import { openLearning } from '../../../src/tutor/progress/learning.ts';
import { type Damage, ProgressStore } from '../../../src/tutor/progress/store.ts';
import { temporaryDirectory } from '../../support/directories.ts';
import { packageRoot } from '../../support/host.ts';

const home = () => locateHome(temporaryDirectory(), '/', '/');

/** Somebody who learns, with what is said to them on the side. */
async function learner(at = home()) {
  let noted = '';
  const stream = (write: (text: string) => void) => ({ isTTY: false, write }) as never;
  const streams = {
    stdin: stream(() => {}),
    stdout: stream(() => {}),
    stderr: stream((text) => {
      noted += text;
    }),
  };
  const looks = { json: false, plain: false, noColour: true, verbose: false };
  const clock = { time: '2026-11-21T09:00:00.000Z' };
  const context = {
    home: at,
    terminal: new Terminal(streams, {} as Settings, looks),
    say: await loadMessages('en'),
    host: { packageRoot, clock: { now: () => new Date(clock.time) } },
  } as unknown as Context;
  return {
    home: at,
    clock,
    learning: openLearning(context),
    noted: () => noted.replaceAll(/\s+/g, ' '),
    context,
  };
}

const filesIn = (folder: string) => readdirSync(folder).toSorted();

describe('what a lesson tells of its reader', () => {
  it('is there the next time', async () => {
    const { home: at, learning } = await learner();
    expect(learning.stoppedAt('storage')).toBeUndefined();
    learning.enter('storage', 'why');
    learning.leave('storage', 'why', 'done');
    learning.leave('storage', 'idea', 'skipped');
    learning.answer('storage', 'q1', { right: false, given: ['b', 'a'] });
    const next = (await learner(at)).learning;
    expect(next.stateOf('storage', 'why')).toBe('done');
    expect(next.stateOf('storage', 'idea')).toBe('skipped');
    expect(next.stateOf('storage', 'bill')).toBe('unseen');
    expect(next.stateOf('other', 'why')).toBe('unseen');
    const { lessons, days } = new ProgressStore(at, () => {}).read();
    expect(lessons['storage']?.attempts).toEqual({
      q1: [{ at: '2026-11-21T09:00:00.000Z', right: false, given: ['b', 'a'] }],
    });
    expect(days).toHaveLength(1);
  });

  it('goes on after the section that was left, and nowhere after the last', async () => {
    const { learning, home: at } = await learner();
    learning.enter('storage', 'why');
    expect((await learner(at)).learning.stoppedAt('storage')).toBe('why');
    learning.leave('storage', 'why', 'done');
    const second = (await learner(at)).learning.stoppedAt('storage');
    expect(second).not.toBe('why');
    expect(second).toBeDefined();
    learning.enter('storage', 'sources');
    expect((await learner(at)).learning.stoppedAt('storage')).toBeUndefined();
  });

  it('keeps what is done, and since when, where the reader skips or reads it again', async () => {
    const { learning, clock, home: at } = await learner();
    for (const how of ['skipped', 'done', 'skipped', 'done'] as const) {
      learning.leave('storage', 'why', how);
      clock.time = new Date(Date.parse(clock.time) + 1000).toISOString();
    }
    expect(new ProgressStore(at, () => {}).read().lessons['storage']?.sections).toEqual({
      why: { state: 'done', at: '2026-11-21T09:00:01.000Z' },
    });
  });

  it('holds where the clock went backwards', async () => {
    const { learning, clock, home: at } = await learner();
    learning.enter('storage', 'why');
    learning.answer('storage', 'q1', { right: true, given: ['a'] });
    clock.time = '2020-01-01T09:00:00.000Z';
    learning.enter('storage', 'bill');
    learning.answer('storage', 'q1', { right: false, given: ['b'] });
    expect((await learner(at)).learning.stoppedAt('storage')).toBe('bill');
    const { lessons, days } = new ProgressStore(at, () => {}).read();
    expect(lessons['storage']?.attempts['q1']).toHaveLength(2);
    expect(days).toHaveLength(2);
  });
});

describe('a progress file', () => {
  /** A home with three versions, each one section further. */
  async function read() {
    const at = home();
    const { learning } = await learner(at);
    for (const section of ['why', 'idea', 'bill']) learning.leave('storage', section, 'done');
    expect(filesIn(at.progress)).toEqual(['1.json', '2.json', '3.json']);
    return at;
  }

  it.each([
    ['cut off', (text: string) => text.slice(0, -20)],
    ['empty', () => ''],
    ['no JSON', () => '\u0000\u0000\u0000'],
    ['without a format', (text: string) => text.replace('"format":1,', '')],
    ['of another shape', (text: string) => text.replace('"done"', '"maybe"')],
    ['with a time that is none', (text: string) => text.replace(/2026-11-21T/, '2026-13-21T')],
    ['with an id out of the ordinary', (text: string) => text.replace('"storage"', '"../storage"')],
  ])('that is damaged (%s) is set aside, and what was kept before counts', async (_, damage) => {
    const at = await read();
    const damaged = damage(readFileSync(join(at.progress, '3.json'), 'utf8'));
    writeFileSync(join(at.progress, '3.json'), damaged);
    const { learning, noted } = await learner(at);
    expect(learning.stateOf('storage', 'idea')).toBe('done');
    expect(learning.stateOf('storage', 'bill')).toBe('unseen');
    expect(noted()).toContain(join(at.progress, 'damaged-3.json'));
    expect(noted()).toContain('goes on with what it had kept just before');
    expect(readFileSync(join(at.progress, 'damaged-3.json'), 'utf8')).toBe(damaged);
    learning.leave('storage', 'clouds', 'done');
    expect((await learner(at)).learning.stateOf('storage', 'clouds')).toBe('done');
    expect(filesIn(at.progress)).toEqual(['2.json', '4.json', 'damaged-3.json']);
  });

  it.each([
    ['a directory', (path: string) => mkdirSync(path)],
    ['a link that leads nowhere', (path: string) => symlinkSync('/nowhere/at/all', path)],
    ['a pipe', (path: string) => execFileSync('mkfifo', [path])],
  ])('in whose place lies %s is set aside, and what was kept before counts', async (_, make) => {
    const at = await read();
    rmSync(join(at.progress, '3.json'));
    make(join(at.progress, '3.json'));
    const { learning, noted } = await learner(at);
    expect(noted()).toContain(join(at.progress, 'damaged-3.json'));
    expect(learning.stateOf('storage', 'idea')).toBe('done');
    learning.leave('storage', 'clouds', 'done');
    expect((await learner(at)).learning.stateOf('storage', 'idea')).toBe('done');
    expect(filesIn(at.progress)).toEqual(['2.json', '4.json', 'damaged-3.json']);
  });

  it('may have been opened in an editor that puts a byte order mark before it', async () => {
    const at = await read();
    const path = join(at.progress, '3.json');
    writeFileSync(path, `\uFEFF${readFileSync(path, 'utf8')}`);
    const { learning, noted } = await learner(at);
    expect(noted()).toBe('');
    expect(learning.stateOf('storage', 'bill')).toBe('done');
  });

  it('with a number beyond counting is none of ours', async () => {
    const at = await read();
    writeFileSync(join(at.progress, '9007199254740993000.json'), '{}');
    const { learning } = await learner(at);
    learning.leave('storage', 'clouds', 'done');
    expect((await learner(at)).learning.stateOf('storage', 'bill')).toBe('done');
    expect(filesIn(at.progress)).toContain('4.json');
  });

  it('that is damaged in all its versions is set aside, and learning begins anew', async () => {
    const at = await read();
    for (const name of filesIn(at.progress)) writeFileSync(join(at.progress, name), '{');
    const { learning, noted } = await learner(at);
    expect(learning.stateOf('storage', 'why')).toBe('unseen');
    expect(noted()).toContain('cloudlab begins anew');
    learning.leave('storage', 'why', 'done');
    expect(filesIn(at.progress)).toEqual([
      '4.json',
      'damaged-1.json',
      'damaged-2.json',
      'damaged-3.json',
    ]);
  });

  it('from the future is not touched; the lesson goes on and says once that nothing is kept', async () => {
    const at = await read();
    const future = '{"format":7,"everything":"else"}';
    writeFileSync(join(at.progress, '4.json'), future);
    const { learning, noted } = await learner(at);
    for (const section of ['why', 'idea']) learning.leave('storage', section, 'skipped');
    expect(learning.stateOf('storage', 'why')).toBe('skipped');
    expect(noted().match(/From here on nothing is kept/g)).toHaveLength(1);
    expect(noted()).toContain('newer cloudlab');
    expect(filesIn(at.progress)).toEqual(['1.json', '2.json', '3.json', '4.json']);
    expect(readFileSync(join(at.progress, '4.json'), 'utf8')).toBe(future);
    expect(() => new ProgressStore(at, () => {}).read()).toThrow(/progress-newer.*"found":7/);
  });

  it('of an older format is understood, and a copy stays when it is written anew', async () => {
    const at = home();
    mkdirSync(at.progress, { recursive: true });
    const old = JSON.stringify({
      format: 0,
      lessons: {
        storage: { done: ['why'], skipped: ['idea'] },
        gone: { done: ['x'], skipped: [] },
      },
      days: ['2026-03-02', '2026-03-01'],
    });
    writeFileSync(join(at.progress, '8.json'), old);
    const { learning } = await learner(at);
    expect(learning.stateOf('storage', 'why')).toBe('done');
    expect(learning.stateOf('storage', 'idea')).toBe('skipped');
    expect(filesIn(at.progress)).toEqual(['8.json']);
    for (const section of ['bill', 'clouds', 'traps', 'try']) {
      learning.leave('storage', section, 'done');
    }
    const kept = new ProgressStore(at, () => {}).read();
    expect(kept.format).toBe(1);
    expect(kept.lessons['gone']?.sections).toEqual({
      x: { state: 'done', at: '2026-03-01T00:00:00.000Z' },
    });
    expect(kept.days).toContain('2026-03-02');
    expect(readFileSync(join(at.progress, 'format-0-8.json'), 'utf8')).toBe(old);
    expect(existsSync(join(at.progress, '8.json'))).toBe(false);
  });

  it('goes on with what another process has written meanwhile', async () => {
    const at = home();
    const [one, other] = [await learner(at), await learner(at)];
    one.learning.leave('storage', 'why', 'done');
    other.learning.leave('storage', 'idea', 'done');
    one.learning.leave('network', 'why', 'skipped');
    const { learning } = await learner(at);
    expect(learning.stateOf('storage', 'why')).toBe('done');
    expect(learning.stateOf('storage', 'idea')).toBe('done');
    expect(one.learning.stateOf('storage', 'idea')).toBe('done');
  });
});

describe('where nothing can be kept, the lesson goes on and says so once', () => {
  async function goesOn(at: ReturnType<typeof home>) {
    const { learning, noted } = await learner(at);
    learning.enter('storage', 'bill');
    for (const section of ['why', 'idea']) learning.leave('storage', section, 'done');
    learning.answer('storage', 'q1', { right: true, given: ['a'] });
    expect(learning.stateOf('storage', 'why')).toBe('done');
    expect(noted().match(/From here on nothing is kept/g)).toHaveLength(1);
    return noted();
  }

  it('in a home that is not a directory', async () => {
    const file = join(temporaryDirectory(), 'file');
    writeFileSync(file, '');
    await goesOn(locateHome(file, '/', '/'));
  });

  it('in a home that is read-only', async (context) => {
    const at = home();
    (await learner(at)).learning.leave('storage', 'try', 'done');
    freeze(context, at.progress);
    await goesOn(at);
    expect((await learner(at)).learning.stateOf('storage', 'try')).toBe('done');
    expect(filesIn(at.progress)).toEqual(['1.json']);
  });

  it('on a full disk, on which what was kept before stays', async (context) => {
    const at = locateHome(smallDisk(context), '/', '/');
    (await learner(at)).learning.leave('storage', 'try', 'done');
    const before = filesIn(at.progress);
    expect(() => writeFileSync(join(at.path, 'filler'), Buffer.alloc(1e6))).toThrow(/ENOSPC/);
    expect(await goesOn(at)).toContain('no space left');
    expect(filesIn(at.progress)).toEqual(before);
    expect((await learner(at)).learning.stateOf('storage', 'try')).toBe('done');
  });
});

it('damage is told once, also where nothing can be moved', async (context) => {
  const at = home();
  mkdirSync(at.progress, { recursive: true });
  writeFileSync(join(at.progress, '1.json'), '{');
  freeze(context, at.progress);
  const damages: Damage[] = [];
  expect(new ProgressStore(at, (damage) => damages.push(damage)).read().lessons).toEqual({});
  expect(damages).toEqual([{ path: join(at.progress, '1.json'), replaced: false }]);
});

/** Forbids writing in a folder even to root. */
function freeze(context: TestContext, folder: string): void {
  try {
    execFileSync('chattr', ['+i', folder], { stdio: 'pipe' });
  } catch {
    context.skip('folders cannot be made immutable here');
  }
  onTestFinished(() => void execFileSync('chattr', ['-i', folder], { stdio: 'pipe' }));
}

function smallDisk(context: TestContext): string {
  const folder = temporaryDirectory();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=100k', 'tmpfs', folder], { stdio: 'pipe' });
  } catch {
    context.skip('a small disk cannot be mounted here');
  }
  onTestFinished(() => void execFileSync('umount', ['-l', folder], { stdio: 'pipe' }));
  return folder;
}
