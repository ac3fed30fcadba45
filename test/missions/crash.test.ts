import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readStatus } from '../../src/cloud/running-sandbox.ts';
import { runProgram, startSandboxProgram } from '../support/cli.ts';
import { madeInCompute } from '../support/compute.ts';
import { temporaryDirectory } from '../support/directories.ts';
import { packageRoot } from '../support/host.ts';

const preload = pathToFileURL(join(packageRoot, 'test/support/kill-at-ledger-step.mjs')).href;

/** SIGKILL does not exist on Windows; a killed process there is another story. */
describe.skipIf(process.platform === 'win32')('a run killed with SIGKILL', () => {
  it.each([
    ...['create-bucket', 'create-vm'].flatMap((mission) =>
      ['before', 'after', 'torn'].map((moment) => [mission, moment] as const),
    ),
    // The same kinds of resources, and a machine that somebody is logged in to.
    ['vm-shell', 'after'] as const,
  ])(
    '%s, %s any step of its ledger is cleaned up',
    async (mission, moment) => {
      const home = temporaryDirectory();
      const { url } = await startSandboxProgram({ home });
      let step = 1;
      for (; ; step += 1) {
        const killed = await runProgram(['mission', mission], {
          home,
          node: ['--import', preload],
          variables: { CLOUDLAB_TEST_KILL: `${moment}:${step}` },
        });
        // The run has fewer steps than this: it has ended by itself.
        if (killed.signal !== 'SIGKILL') {
          expect(killed).toMatchObject({ code: 0 });
          break;
        }
        const cleanup = await runProgram(['cleanup'], { home });
        expect({ step, ...cleanup }).toMatchObject({ step, code: 0, stderr: '' });
        const left = await readStatus(url);
        expect({ step, left }).toMatchObject({ step, left: { buckets: 0, objects: 0, bytes: 0 } });
        expect({ step, made: await madeInCompute(url) }).toEqual({ step, made: [] });
        expect(readdirSync(join(home, 'workspaces'))).toEqual([]);
      }
      // One line for the start and the end, two for each thing created and each thing deleted.
      expect(step).toBeGreaterThan(mission === 'create-bucket' ? 20 : 13);
    },
    300_000,
  );

  it('in a sandbox of its own leaves no data once it is cleaned up', async () => {
    const home = temporaryDirectory();
    for (const step of [2, 5, 9, 16]) {
      const killed = await runProgram(['mission', 'create-bucket'], {
        home,
        node: ['--import', preload],
        variables: { CLOUDLAB_TEST_KILL: `after:${step}` },
      });
      expect(killed.signal).toBe('SIGKILL');
      expect(readdirSync(join(home, 'workspaces'))).toHaveLength(1);
      const cleanup = await runProgram(['cleanup', '--json'], { home });
      expect(cleanup.code).toBe(0);
      expect(JSON.parse(cleanup.stdout)).toMatchObject({
        runs: [{ state: 'clean', survivors: [] }],
      });
      expect(readdirSync(join(home, 'workspaces'))).toEqual([]);
    }
  });

  it('is not cleaned up after while it is alive', async () => {
    const home = temporaryDirectory();
    const result = await runProgram(['mission', 'create-bucket', '--json'], { home });
    const { run } = JSON.parse(result.stdout) as { run: string };
    const ledger = join(home, 'ledgers', `${run}.jsonl`);
    const [start] = readFileSync(ledger, 'utf8').split('\n');
    const { writeFileSync } = await import('node:fs');
    const alive = { ...JSON.parse(start ?? ''), pid: process.pid };
    writeFileSync(ledger, `${JSON.stringify(alive)}\n`);
    const cleanup = await runProgram(['cleanup', '--json'], { home });
    expect(JSON.parse(cleanup.stdout)).toMatchObject({ runs: [{ run, state: 'alive' }] });
  });
});
