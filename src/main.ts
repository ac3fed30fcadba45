#!/usr/bin/env node
/**
 * The only file that touches `process`. It takes from it what the rest is
 * handed, and gives back an exit code.
 */
import type { Host, Interrupt } from './context.ts';
import { version } from './version.ts';

// Answered before anything else is loaded: scripts ask for it often.
if (process.argv.length === 3 && ['--version', '-V'].includes(process.argv[2] ?? '')) {
  process.stdout.write(`${version}\n`);
} else {
  void main();
}

async function main(): Promise<void> {
  // Node 22 and 24 would greet learners with deprecations of code below Google's client.
  process.noDeprecation = process.traceDeprecation !== true;
  // @google-cloud/storage would follow this variable even where it is told another
  // endpoint, and lead a run on GCP, or in the sandbox, to some other server.
  delete process.env['STORAGE_EMULATOR_HOST'];
  // The proxy of a company or a campus cannot reach a sandbox on this machine.
  for (const name of ['NO_PROXY', 'no_proxy']) {
    process.env[name] = [process.env[name], '127.0.0.1'].filter(Boolean).join(',');
  }
  const [
    { homedir, hostname, uptime },
    { default: envPaths },
    { fileURLToPath },
    { runCli },
    { exitCodes },
  ] = await Promise.all([
    import('node:os'),
    import('env-paths'),
    import('node:url'),
    import('./cli.ts'),
    import('./errors.ts'),
  ]);
  const { stdin, stdout, stderr } = process;
  // A reader that went away (`| head -1`) must not end a run before it has cleaned up.
  let unwritable: Error | undefined;
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') unwritable = error;
    });
  }
  const host: Host = {
    argv: process.argv.slice(2),
    variables: process.env,
    cwd: process.cwd(),
    userDirectory: homedir(),
    dataDirectory: envPaths('cloudlab', { suffix: '' }).data,
    packageRoot: fileURLToPath(new URL('..', import.meta.url)),
    platform: process.platform,
    nodeVersion: process.versions.node,
    pid: process.pid,
    hostname: hostname(),
    streams: { stdin, stdout, stderr },
    clock: {
      now: () => new Date(),
      elapsed: () => performance.now(),
      sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    },
    // Loaded when it is first needed: it takes some milliseconds, and a lesson can do without.
    random: (bytes) => process.getBuiltinModule('node:crypto').randomBytes(bytes),
    interrupts: { listen: listenForInterrupts },
    job: {
      suspend: () => {
        // As the terminal does it, so that a program that started this one stops too.
        if (process.platform !== 'win32') process.kill(0, 'SIGTSTP');
      },
      onResumed: (handler) => {
        process.on('SIGCONT', handler);
        return () => process.off('SIGCONT', handler);
      },
    },
    isAlive: (pid, since) => {
      // After a restart of the machine the same number belongs to somebody else.
      if (since.getTime() < Date.now() - uptime() * 1000) return false;
      try {
        process.kill(pid, 0);
        return true;
      } catch (error) {
        return (error as NodeJS.ErrnoException).code === 'EPERM';
      }
    },
    signal: (pid, signal) => {
      try {
        process.kill(pid, signal);
      } catch (error) {
        // macOS answers EPERM where only dead processes are left in a group.
        const { code = '' } = error as NodeJS.ErrnoException;
        if (!['ESRCH', 'EPERM'].includes(code)) throw error;
      }
    },
  };
  const code = await runCli(host);
  await Promise.all([flushed(stdout), flushed(stderr)]);
  if (unwritable !== undefined) stderr.write(`cloudlab: ${unwritable.message}\n`);
  process.exit(unwritable !== undefined && code === 0 ? exitCodes.unusable : code);
}

function listenForInterrupts(handler: (interrupt: Interrupt) => void): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, handler);
  return () => {
    for (const signal of signals) process.off(signal, handler);
  };
}

/** Resolves once what was written has left the process, or cannot any more. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || !stream.writable) resolve();
    else stream.write('', () => resolve());
  });
}
