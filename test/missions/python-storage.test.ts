import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makePredictions } from '../../missions/python-storage/predictions.ts';
import { Seed } from '../../src/missions/seed.ts';
import { run } from '../conformance/tools.ts';
import { temporaryDirectory } from '../support/directories.ts';
import { TestHost } from '../support/host.ts';

const withPath = (path: string) => ({ home: temporaryDirectory(), variables: { PATH: path } });

/** A folder with a `python3` that is new enough, and nothing else. */
function stubPython(): string {
  const folder = temporaryDirectory();
  const answer = JSON.stringify({ path: '/usr/bin/python3', version: [3, 12, 1], complete: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'python3'), `#!/bin/sh\necho '${answer}'\n`);
  chmodSync(join(folder, 'python3'), 0o755);
  return folder;
}

describe('on the command line', () => {
  it('asks no question in a pipe, and leaves nothing', async () => {
    const options = withPath(stubPython());
    const { code, stdout, stderr } = await new TestHost(options).run('mission', 'python-storage');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('Add --yes if you agree.');
    expect(readdirSync(join(options.home, 'ledgers'))).toEqual([]);
  });

  it.each([
    ['en', 'Download it now?', 'n'],
    ['ko', '지금 내려받을까요?', 'ㅜ'],
  ])('asks at a terminal, and takes no for an answer (%s)', async (lang, question, no) => {
    const host = new TestHost({ ...withPath(stubPython()), columns: 40 });
    const running = host.run('mission', 'python-storage', '--auto', '--lang', lang);
    await host.shown(question);
    host.stdin.write(`${no}\n`);
    const { code, stderr } = await running;
    expect(code).toBe(2);
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain('cloudlab mission node-storage');
  });

  it('says in JSON what is missing, and what else can be done', async () => {
    const host = new TestHost(withPath('/nowhere'));
    const { code, stdout } = await host.run('mission', 'python-storage', '--yes', '--json');
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({
      error: { code: 'python-missing', next: expect.stringContaining('mission node-storage') },
    });
  });

  it.each(['python-storage', 'node-storage'])('%s is not for GCP', async (mission) => {
    const host = new TestHost(withPath('/nowhere'));
    const gcp = ['--target', 'gcp', '--project', 'p', '--yes'];
    const { code, stderr } = await host.run('mission', mission, ...gcp);
    expect(code).toBe(3);
    expect(stderr).toContain(`cloudlab mission ${mission}`);
  });
});

describe('predictions', () => {
  it('hold every trap in each run', () => {
    for (let run = 0; run < 50; run += 1) {
      const { text, means, mistakes, rows } = makePredictions(new Seed(`run ${run}`));
      expect(text).toMatch(/^id,label,note,score\n/);
      expect(text).toContain('"cat, tabby"');
      expect(text).toMatch(/,\n/);
      expect(Object.keys(means)).toHaveLength(5);
      expect(rows).toBeLessThan(text.trim().split('\n').length - 1);
      // No misunderstanding gives the right answer by chance.
      for (const wrong of Object.values(mistakes)) expect(wrong).not.toEqual(means);
    }
  });

  it('are understood by Python’s own reader as by this one', async () => {
    const { text, rows } = makePredictions(new Seed('read'));
    const code = `import csv,io,sys; print(sum(r['score'] != '' for r in csv.DictReader(io.StringIO(sys.argv[1]))))`;
    const answer = await run('python3', ['-c', code, text]).catch(() => undefined);
    if (answer !== undefined) expect(Number(answer.stdout)).toBe(rows);
  });
});
