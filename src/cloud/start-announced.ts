import { writeFileAtomically } from '../atomic-file.ts';
import type { Host } from '../context.ts';
import { UserError } from '../errors.ts';
import type { Home } from '../home.ts';
import type { Sandbox, SandboxOptions } from '../sandbox/server.ts';
import { gsutilConfigFor } from './client-env.ts';
import { openSandbox } from './open-sandbox.ts';
import {
  announceSandbox,
  readStatus,
  type SandboxAddress,
  withdrawSandbox,
} from './running-sandbox.ts';
import { keepToken } from './session-token.ts';

export interface AnnouncedSandbox {
  readonly sandbox: Sandbox;
  readonly address: SandboxAddress;
  readonly projectId: string;
  /** Ends it, and takes back the word that was left of it. */
  close(): Promise<void>;
}

/**
 * Starts a sandbox in this process that the other commands, and whoever asks `cloudlab env`,
 * find in the home: its address, and the learner's token.
 *
 * @throws UserError as `openSandbox`, and `sandbox-unreachable`
 */
export async function startAnnounced(
  host: Host,
  home: Home,
  options: Pick<SandboxOptions, 'dataDir'> & Partial<SandboxOptions>,
): Promise<AnnouncedSandbox> {
  const controlToken = Buffer.from(host.random(24)).toString('base64url');
  const sandbox = await openSandbox(host, { ...options, controlToken });
  const { url, tls, projectId } = sandbox;
  const status = await readStatus(url);
  if (status === undefined) {
    await sandbox.close();
    throw new UserError('sandbox-unreachable', { url, asked: 'start' });
  }
  const { instanceId } = status;
  const address: SandboxAddress = {
    ...{ url, pid: host.pid, dataDir: options.dataDir, instanceId, controlToken },
    ...(tls === undefined ? {} : { tls }),
    ...(options.faults ? { faults: true as const } : {}),
    ...(options.auth === 'enforce' ? { auth: 'enforce' as const } : {}),
  };
  if (tls !== undefined) writeFileAtomically(home.gsutilConfig, gsutilConfigFor(tls, projectId));
  announceSandbox(home, address);
  await keepToken(home, address);
  const close = async () => {
    withdrawSandbox(home, instanceId);
    await sandbox.close();
  };
  return { sandbox, address, projectId, close };
}
