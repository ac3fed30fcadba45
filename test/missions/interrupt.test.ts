import type { ChildProcess } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readStatus } from '../../src/cloud/running-sandbox.ts';
import { finished, runProgram, startProgram, startSandboxProgram } from '../support/cli.ts';
import { expectNoMachines } from '../support/compute.ts';
import { temporaryDirectory } from '../support/directories.ts';

const nothing = { buckets: 0, objects: 0, bytes: 0 };

describe.skipIf(process.platform === 'win32')('Ctrl-C during a mission', () => {
  it('once: stops after the step under way, cleans up and answers 130', async () => {
    const home = temporaryDirectory();
    const { url } = await startSandboxProgram({ home });
    const mission = startProgram(['mission', 'create-bucket'], { home });
    const end = finished(mission);
    await said(mission.stdout, '2/5');
    mission.kill('SIGINT');
    const result = await end;
    expect(result.code).toBe(130);
    expect(result.stderr).toContain('cleaning up');
    expect(result.stdout).toContain('nothing (looked for by name and by label)');
    expect(await readStatus(url)).toMatchObject(nothing);
    expect(readdirSync(join(home, 'workspaces'))).toEqual([]);
  });

  it.each([
    ['create-vm', '3/5'],
    ['vm-shell', '3/10'],
  ])('once, in %s: no VM outlives it', async (id, step) => {
    const home = temporaryDirectory();
    const { url } = await startSandboxProgram({ home });
    const mission = startProgram(['mission', id], { home });
    const end = finished(mission);
    await said(mission.stdout, step);
    mission.kill('SIGINT');
    expect(await end).toMatchObject({ code: 130 });
    await expectNoMachines(url);
    expect(readdirSync(join(home, 'workspaces'))).toEqual([]);
  });

  it('twice: leaves at once, names what may be left and how to remove it, which works', async () => {
    const home = temporaryDirectory();
    const { url, child: sandbox } = await startSandboxProgram({ home });
    const mission = startProgram(['mission', 'create-bucket', '--json'], { home });
    const end = finished(mission);
    // The provider stops answering while the mission waits for it.
    await objectsIn(url, 1);
    sandbox.kill('SIGSTOP');
    mission.kill('SIGINT');
    await new Promise((resolve) => setTimeout(resolve, 300));
    mission.kill('SIGINT');
    const result = await end;
    expect(result.code).toBe(4);
    const report = JSON.parse(result.stdout);
    expect(report).toMatchObject({ verdict: 'interrupted' });
    expect(report.survivors.length).toBeGreaterThan(1);
    // Not gcloud: in a shell that is not pointed at the sandbox it would look for the name on GCP.
    expect(report.survivors[0].removeCommand).toBe(`cloudlab cleanup ${report.run}`);

    sandbox.kill('SIGCONT');
    const cleanup = await runProgram(['cleanup', report.run, '--json'], { home });
    expect(JSON.parse(cleanup.stdout)).toMatchObject({ runs: [{ state: 'clean' }] });
    expect(cleanup.code).toBe(0);
    expect(await readStatus(url)).toMatchObject(nothing);
  });

  it('a reader that goes away does not keep the teardown from happening', async () => {
    const home = temporaryDirectory();
    const { url } = await startSandboxProgram({ home });
    const mission = startProgram(['mission', 'create-bucket'], { home });
    await said(mission.stdout, '1/5');
    mission.stdout?.destroy();
    const code = await new Promise((resolve) => mission.on('close', resolve));
    expect(code).toBe(0);
    expect(await readStatus(url)).toMatchObject(nothing);
  });

  it('a sandbox that dies in the middle is told as what it is, and cleaned up once it is back', async () => {
    const home = temporaryDirectory();
    const { url, child: sandbox } = await startSandboxProgram({ home });
    const mission = startProgram(['mission', 'create-bucket', '--json'], { home });
    const end = finished(mission);
    await objectsIn(url, 1);
    sandbox.kill('SIGKILL');
    const result = await end;
    const report = JSON.parse(result.stdout);
    expect(report.verdict).toBe('error');
    expect(report.survivors).not.toEqual([]);
    expect(result.code).toBe(4);

    const again = await startSandboxProgram({ home });
    const cleanup = await runProgram(['cleanup'], { home });
    expect(cleanup.code).toBe(0);
    expect(await readStatus(again.url)).toMatchObject(nothing);
  }, 120_000);
});

/** Resolves once the words have been printed. */
function said(stream: ChildProcess['stdout'], words: string): Promise<void> {
  let text = '';
  return new Promise((resolve) => {
    stream?.on('data', (chunk) => {
      text += chunk;
      if (text.includes(words)) resolve();
    });
  });
}

/** Resolves once the sandbox holds that many objects. */
async function objectsIn(url: string, count: number): Promise<void> {
  for (let attempt = 0; attempt < 5000; attempt += 1) {
    if (((await readStatus(url))?.objects ?? 0) >= count) return;
  }
  throw new Error('the mission uploaded nothing');
}
