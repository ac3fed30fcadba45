import { describe, expect, it } from 'vitest';
import { ownUserAgent } from '../../src/cloud/user-agent.ts';
import type { Task } from '../../src/missions/define.ts';
import { Course } from '../../src/missions/guided/course.ts';
import { deedLines, deedsIn } from '../../src/missions/guided/deeds.ts';
import type { Look } from '../../src/missions/guided/guide.ts';
import { Climb, ladderFor } from '../../src/missions/guided/ladder.ts';
import { News } from '../../src/missions/guided/news.ts';

function task(id: string, needs: string[] = [], more: Partial<Task<unknown>> = {}): Task<unknown> {
  return {
    id,
    needs,
    commands: () => [`make ${id}`],
    check: async () => ({ ok: true, found: '' }),
    solve: async () => {},
    ...more,
  };
}

describe('the course of tasks', () => {
  const tasks = [
    task('a'),
    task('b', ['a']),
    task('c', ['a']),
    task('d', ['b', 'c'], { removes: true }),
  ];
  const idsOf = (list: readonly Task<unknown>[]) => list.map(({ id }) => id);

  it('opens what has all that it needs', () => {
    const course = new Course(tasks, false);
    expect(idsOf(course.ready)).toEqual(['a']);
    course.mark('a', 'passed');
    expect(idsOf(course.ready)).toEqual(['b', 'c']);
    course.mark('c', 'shown');
    course.mark('b', 'passed');
    expect(idsOf(course.ready)).toEqual(['d']);
    course.mark('d', 'passed');
    expect([course.isOver, course.isAllPassed]).toEqual([true, false]);
  });

  it('asks of what adds things whether all before it still stands, and not of what removes them', () => {
    const course = new Course(tasks, false);
    for (const id of ['a', 'b', 'c']) course.mark(id, 'passed');
    course.reopen('c');
    expect(idsOf(course.preconditionsOf(tasks[2] as Task<unknown>))).toEqual(['a']);
    expect(course.preconditionsOf(tasks[3] as Task<unknown>)).toEqual([]);
  });
});

describe('news', () => {
  const failed = (hint: string): Look => ({ state: 'failed', hint });
  const looks = (hint: string) => new Map([['a', failed(hint)]]);

  it('is nothing that nobody has begun, nor the same twice', () => {
    const news = new News();
    expect(news.of(looks('missing'), false)).toEqual({ tell: [], doubtful: false });
    expect(news.of(looks('missing'), true)).toEqual({ tell: [], doubtful: false });
    expect(news.of(looks('elsewhere'), false)).toEqual({ tell: [], doubtful: true });
    expect(news.of(looks('elsewhere'), true)).toEqual({ tell: ['a'], doubtful: false });
    expect(news.of(looks('elsewhere'), true)).toEqual({ tell: [], doubtful: false });
    // Put back, and wrong again: told again.
    expect(news.of(looks('missing'), false)).toEqual({ tell: [], doubtful: false });
    expect(news.of(looks('elsewhere'), false).doubtful).toBe(true);
  });

  it('waits until things have settled', () => {
    const news = new News();
    news.of(looks('missing'), false);
    news.of(looks('starting'), false);
    expect(news.of(looks('wrong-size'), true)).toEqual({ tell: [], doubtful: true });
    expect(news.of(looks('wrong-size'), true)).toEqual({ tell: ['a'], doubtful: false });
  });

  it('does not repeat what somebody has asked for', () => {
    const news = new News();
    news.of(looks('missing'), false);
    news.asked(looks('elsewhere'));
    expect(news.of(looks('elsewhere'), true)).toEqual({ tell: [], doubtful: false });
  });
});

describe('the ladder of hints', () => {
  const texts = {
    hints: {
      elsewhere: { why: 'It is elsewhere.', next: 'Move it.', concept: 'Places are fixed.' },
      'http-403': { why: 'You may not.' },
    },
    tasks: { a: { title: 'A', body: [], concept: 'A place.', shape: 'make NAME' } },
  };
  const fixed = task('a', [], { fixes: { elsewhere: (_, found) => [`move a from ${found}`] } });
  const said = (found: string | undefined, one = fixed) =>
    ladderFor(one, {}, texts, found, 'there').map((rung) =>
      rung.kind === 'command' ? rung.lines.join() : rung.text,
    );

  it('is chosen by what was found, and falls back on the task', () => {
    expect(said('elsewhere')).toEqual([
      'Move it.',
      'Places are fixed.',
      'make NAME',
      'move a from there',
    ]);
    expect(said('http-403')).toEqual(['You may not.', 'A place.', 'make NAME', 'make a']);
    expect(said(undefined)).toEqual(['A place.', 'make NAME', 'make a']);
  });

  it('is climbed rung by rung, for each thing that was found, over sittings', () => {
    const climb = new Climb();
    const next = (found: string) => climb.next('a', found, ladderFor(fixed, {}, texts, found));
    expect([next('elsewhere')?.number, next('elsewhere')?.number]).toEqual([1, 2]);
    expect(next('http-403')?.number).toBe(1);
    const later = new Climb();
    later.restore(new Map([[Climb.keyOf('a', 'elsewhere'), 2]]));
    later.skipNudge('a', 'elsewhere');
    expect(later.next('a', 'elsewhere', ladderFor(fixed, {}, texts, 'elsewhere'))?.number).toBe(3);
  });
});

describe('what somebody did', () => {
  const entry = (method: string, userAgent: string, status = 200) => ({
    time: '',
    method,
    resource: '',
    principal: 'anonymous',
    userAgent,
    status,
  });

  it('is told by method and tool, without what only looked or was refused', () => {
    const deeds = deedsIn([
      entry('storage.objects.list', 'curl/8'),
      entry('storage.objects.insert', 'curl/8'),
      entry('storage.objects.insert', 'curl/8'),
      entry('storage.buckets.insert', 'curl/8', 409),
      entry('storage.buckets.insert', ''),
      entry('compute.instances.stop', 'google-cloud-sdk gcloud/528.0.0 command/x'),
      // By `cloudlab env`, for the AWS CLI.
      entry('storage.projects.hmacKeys.create', ownUserAgent),
    ]);
    expect(deedLines(deeds)).toEqual([
      'storage.objects.insert ×2 (curl)',
      'storage.buckets.insert (?)',
      'compute.instances.stop (gcloud)',
    ]);
  });
});
