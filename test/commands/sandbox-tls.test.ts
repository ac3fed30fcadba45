import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { runProgram, startSandboxProgram } from '../support/cli.ts';
import { temporaryDirectory } from '../support/directories.ts';

const run = promisify(execFile);

it('says where it listens over TLS, and makes tools trust it', async () => {
  const home = temporaryDirectory();
  const cli = async (...args: string[]) => JSON.parse((await runProgram(args, { home })).stdout);
  const { child } = await startSandboxProgram({ home }, '--tls', '--faults');
  const status = await cli('sandbox', 'status', '--json');
  expect(status).toMatchObject({
    httpsUrl: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+$/),
    caFile: `${home}/tls/ca.pem`,
    faults: true,
  });

  const variables = await cli('env', '--tls', '--json');
  expect(variables).toMatchObject({
    STORAGE_EMULATOR_HOST: status.httpsUrl,
    NODE_EXTRA_CA_CERTS: status.caFile,
    BOTO_CONFIG: `${home}/gsutil.boto`,
  });
  const script = `fetch('${status.httpsUrl}/_cloudlab/status').then(({ status }) => console.log(status))`;
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: variables.NODE_EXTRA_CA_CERTS };
  expect((await run(process.execPath, ['-e', script], { env })).stdout).toBe('200\n');

  expect(await cli('sandbox', 'stop', '--json')).toEqual({ running: false });
  await new Promise((done) => (child.exitCode === null ? child.once('exit', done) : done(0)));
  await startSandboxProgram({ home });
  const plain = await runProgram(['env', '--tls'], { home });
  expect([plain.code, plain.stderr]).toEqual([
    3,
    expect.stringContaining('cloudlab sandbox start --tls'),
  ]);
});
