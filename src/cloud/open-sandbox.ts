import { join } from 'node:path';
import type { Host } from '../context.ts';
import { UserError } from '../errors.ts';
import type { Sandbox, SandboxOptions } from '../sandbox/server.ts';

/**
 * Starts a sandbox in this process.
 *
 * @throws UserError `port-in-use`, `port-forbidden`, `data-unusable`, `data-in-use` or `data-newer`
 */
export async function openSandbox(
  host: Host,
  options: Pick<SandboxOptions, 'dataDir'> & Partial<SandboxOptions>,
): Promise<Sandbox> {
  const { SandboxStartError, startSandbox } = await import('../sandbox/server.ts');
  try {
    return await startSandbox({
      clock: () => host.clock.now(),
      randomBytes: host.random,
      machine: {
        pid: host.pid,
        isAlive: (pid) => host.isAlive(pid, host.clock.now()),
      },
      guestProgram: join(host.packageRoot, 'dist', 'guest', 'worker.js'),
      ...options,
    });
  } catch (error) {
    if (!(error instanceof SandboxStartError)) throw error;
    throw asUserError(error, options);
  }
}

function asUserError(
  error: InstanceType<typeof import('../sandbox/server.ts').SandboxStartError>,
  options: Pick<SandboxOptions, 'dataDir' | 'port'>,
): UserError {
  const path = error.dataDir ?? options.dataDir;
  const port = error.port ?? options.port ?? 0;
  const cause = { cause: error };
  switch (error.code) {
    case 'PORT_IN_USE':
      return new UserError('port-in-use', { port }, cause);
    case 'PORT_FORBIDDEN':
      return new UserError('port-forbidden', { port }, cause);
    case 'DATA_DIR_IN_USE':
      return new UserError('data-in-use', { path, pid: error.pid ?? 0 }, cause);
    case 'DATA_DIR_NEWER':
      return new UserError(
        'data-newer',
        { path, found: error.foundVersion ?? 0, supported: 1 },
        cause,
      );
    case 'DATA_DIR_UNUSABLE':
      return new UserError('data-unusable', { path, reason: error.message }, cause);
  }
}
