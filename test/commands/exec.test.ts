import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { finished, runProgram, startProgram, startSandboxProgram } from '../support/cli.ts';
import { temporaryDirectory } from '../support/directories.ts';

const node = process.execPath;

/** Prints the environment of the child that `cloudlab exec` runs. */
const printEnvironment = [node, '-e', 'console.log(JSON.stringify(process.env))'];

describe('cloudlab exec', () => {
  it('starts an empty sandbox for one command, and leaves nothing of it', async () => {
    const home = temporaryDirectory();
    const script = `
      const { CLOUDLAB_URL: url, STORAGE_EMULATOR_HOST: same, CLOUDLAB_HOME: home } = process.env;
      const made = await fetch(url + '/storage/v1/b?project=cloudlab-sandbox', {
        method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"name":"made-here"}' });
      const { items } = await (await fetch(url + '/storage/v1/b?project=cloudlab-sandbox')).json();
      console.log(made.status, items.map(({ name }) => name).join(), url === same, home);
      process.exitCode = 7;`;
    const run = () =>
      runProgram(['exec', '--', node, '--input-type=module', '-e', script], { home });
    const first = await run();
    expect(first).toMatchObject({ code: 7, stderr: '' });
    const [, inside] = /^200 made-here true (\S+)\n$/.exec(first.stdout) ?? [];
    expect(inside).toMatch(join(home, 'workspaces', 'exec-'));
    expect(readdirSync(join(home, 'workspaces'))).toEqual([]);
    expect(existsSync(join(home, 'sandbox'))).toBe(false);
    // The second time the name is free again.
    expect((await run()).stdout).toMatch(/^200 made-here true/);
  });

  it("gives the command cloudlab's own variables, and none of the user's credentials", async () => {
    const home = temporaryDirectory();
    const outer = {
      GOOGLE_APPLICATION_CREDENTIALS: '/home/me/key.json',
      GOOGLE_CREDENTIALS: '{"private_key": "mine"}',
      GOOGLE_IMPERSONATE_SERVICE_ACCOUNT: 'me@my-project.iam.gserviceaccount.com',
      GOOGLE_PUBSUB_CUSTOM_ENDPOINT: 'https://pubsub.example.com/',
      CLOUDSDK_CONFIG: '/home/me/.config/gcloud',
      CLOUDSDK_ACTIVE_CONFIG_NAME: 'work',
      CLOUDSDK_CORE_PROJECT: 'my-project',
      CLOUDSDK_PYTHON: '/usr/bin/python3',
      GCLOUD_PROJECT: 'my-project',
      AWS_PROFILE: 'work',
      AWS_SECRET_ACCESS_KEY: 'mine',
      AWS_PAGER: '',
      BOTO_CONFIG: '/home/me/.boto',
      GOOGLE_MAPS_STYLE: 'night',
    };
    const { stdout } = await runProgram(['exec', '--', ...printEnvironment], {
      home,
      variables: outer,
    });
    const inner = JSON.parse(stdout) as Record<string, string>;
    const values = JSON.stringify(inner);
    for (const own of ['/home/me', 'mine', 'my-project', 'work"', 'pubsub.example.com']) {
      expect(values).not.toContain(own);
    }
    // How gcloud is started, and what is nobody's credentials, stays.
    expect(inner).toMatchObject({
      CLOUDSDK_PYTHON: '/usr/bin/python3',
      AWS_PAGER: '',
      GOOGLE_MAPS_STYLE: 'night',
      GOOGLE_CLOUD_PROJECT: 'cloudlab-sandbox',
      CLOUDSDK_CORE_PROJECT: 'cloudlab-sandbox',
    });
    for (const name of ['CLOUDSDK_CONFIG', 'GOOGLE_APPLICATION_CREDENTIALS', 'BOTO_CONFIG']) {
      expect(inner[name]?.startsWith(home)).toBe(true);
    }
  });

  it('uses the sandbox that runs, and leaves it running', async () => {
    const home = temporaryDirectory();
    const { url } = await startSandboxProgram({ home });
    const { stdout } = await runProgram(['exec', '--json', '--', ...printEnvironment], { home });
    const { code, stdout: printed } = JSON.parse(stdout) as { code: number; stdout: string };
    const inner = JSON.parse(printed) as Record<string, string>;
    expect(code).toBe(0);
    expect(inner).toMatchObject({ CLOUDLAB_URL: url, CLOUDLAB_HOME: home });
    const token = readFileSync(inner['CLOUDLAB_TOKEN_FILE'] ?? '', 'utf8').trim();
    expect(inner['GOOGLE_OAUTH_ACCESS_TOKEN']).toBe(token);
    for (const file of [inner['CLOUDLAB_TOKEN_FILE'], inner['AWS_SHARED_CREDENTIALS_FILE']]) {
      expect(statSync(file ?? '').mode & 0o777).toBe(0o600);
    }
    // A key once made serves as long as the sandbox knows it.
    const key = readFileSync(inner['AWS_SHARED_CREDENTIALS_FILE'] ?? '', 'utf8');
    await runProgram(['env'], { home });
    expect(readFileSync(inner['AWS_SHARED_CREDENTIALS_FILE'] ?? '', 'utf8')).toBe(key);
    expect((await fetch(`${url}/_cloudlab/status`)).status).toBe(200);
  });

  it('passes on what comes in, and signals', async () => {
    const home = temporaryDirectory();
    const child = startProgram(['exec', '--', 'cat'], { home });
    child.stdin?.end('안녕\n');
    expect(await finished(child)).toMatchObject({ code: 0, stdout: '안녕\n', stderr: '' });

    const waiting = startProgram(
      [
        'exec',
        '--',
        'sh',
        '-c',
        'trap "echo told; exit 9" TERM; echo up; while :; do sleep 0.1; done',
      ],
      { home },
    );
    const end = finished(waiting);
    waiting.stdout?.once('data', () => waiting.kill('SIGTERM'));
    expect(await end).toMatchObject({ code: 9, stdout: 'up\ntold\n' });
    const killed = await runProgram(['exec', '--', 'sh', '-c', 'kill -9 $$'], { home });
    expect(killed.code).toBe(137);
    expect(readdirSync(join(home, 'workspaces'))).toEqual([]);
  });

  it('removes with the next command what a killed one has left', async () => {
    const home = temporaryDirectory();
    const child = startProgram(['exec', '--', 'sh', '-c', 'echo up; cat'], { home });
    const end = finished(child);
    child.stdout?.once('data', () => child.kill('SIGKILL'));
    await new Promise((resolve) => child.once('exit', resolve));
    child.stdin?.end();
    await end;
    const left = () => readdirSync(join(home, 'workspaces'));
    expect(left()).toHaveLength(1);
    expect((await runProgram(['exec', '--', 'true'], { home })).code).toBe(0);
    expect(left()).toEqual([]);
  });

  it('says what is wrong with a command, with the exit codes of shells', async () => {
    const home = temporaryDirectory();
    writeFileSync(join(home, 'plain.txt'), 'no program\n', { mode: 0o600 });
    const cases = [
      { words: ['--', 'no-such-program'], code: 127, says: 'no program "no-such-program"' },
      { words: ['--', './plain.txt'], code: 126, says: '"./plain.txt" cannot be run' },
      { words: ['--', './missing.sh'], code: 127, says: 'no program "./missing.sh"' },
      { words: [], code: 2, says: '<command> is missing' },
      { words: ['ls', '-l'], code: 2, says: 'comes after --' },
      { words: ['--auth', 'strict', '--', 'ls'], code: 2, says: 'open, enforce' },
    ];
    for (const { words, code, says } of cases) {
      const outcome = await runProgram(['exec', ...words], { home });
      expect({ words, code: outcome.code }).toEqual({ words, code });
      expect(outcome.stderr.replaceAll(/\s+/g, ' ')).toContain(says);
    }
  });

  it('with --data keeps the data, and with a sandbox that runs in another mode refuses', async () => {
    const home = temporaryDirectory();
    const make = `fetch(process.env.CLOUDLAB_URL + '/storage/v1/b?project=cloudlab-sandbox', {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"name":"kept"}' })`;
    const list = `fetch(process.env.CLOUDLAB_URL + '/storage/v1/b/kept').then(({ status }) => console.log(status))`;
    await runProgram(['exec', '--data', 'cloud', '--', node, '-e', make], { home });
    const again = await runProgram(['exec', '--data', 'cloud', '--', node, '-e', list], { home });
    expect(again.stdout).toBe('200\n');
    await startSandboxProgram({ home });
    const refused = await runProgram(['exec', '--auth', 'enforce', '--', 'true'], { home });
    expect(refused.code).toBe(3);
    expect(refused.stderr.replaceAll(/\s+/g, ' ')).toContain('mode open, not enforce');
  });
});
