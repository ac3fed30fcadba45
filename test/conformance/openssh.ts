import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { startSsh } from '../sandbox/ssh/support.ts';
import { tempDir } from '../sandbox/support.ts';

interface Result {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** OpenSSH's clients, led to a VM called `vm` by a configuration of their own. */
export async function openssh(...options: Parameters<typeof startSsh>) {
  const ssh = await startSsh(...options);
  const dir = await tempDir();
  const key = join(dir, 'key');
  const config = join(dir, 'config');
  await writeFile(key, ssh.pair.privateKey);
  await chmod(key, 0o600);
  await writeFile(join(dir, 'known'), `[127.0.0.1]:${ssh.port} ${ssh.hostKey.publicKey}\n`);
  await writeFile(
    config,
    [
      'Host vm',
      '  HostName 127.0.0.1',
      `  Port ${ssh.port}`,
      '  User learner',
      `  IdentityFile ${key}`,
      '  IdentitiesOnly yes',
      `  UserKnownHostsFile ${join(dir, 'known')}`,
      '  StrictHostKeyChecking yes',
      '  SendEnv LC_TEST',
      '',
    ].join('\n'),
  );
  const start = (program: string, args: string[]): ChildProcess => {
    const child = spawn(program, ['-F', config, ...args], {
      cwd: dir,
      env: { PATH: process.env['PATH'] ?? '', LC_TEST: 'ko_KR.UTF-8', HOME: dir },
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    return child;
  };
  const run = (program: string, args: string[], input = ''): Promise<Result> => {
    const child = start(program, args);
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
    const result = { stdout: '', stderr: '' };
    child.stdout?.on('data', (chunk) => {
      result.stdout += chunk;
    });
    child.stderr?.on('data', (chunk) => {
      result.stderr += chunk;
    });
    return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...result })));
  };
  return { ...ssh, dir, config, start, run };
}
