/**
 * The way from a VM's name to a login: find it in the running sandbox, see that it runs and
 * that the network lets this machine reach it, make it know the public key, connect. Each
 * obstacle is a `UserError` that says what to do about it.
 */
import { existsSync } from 'node:fs';
import type { Context } from '../context.ts';
import { Interrupted, reasonOf, UserError } from '../errors.ts';
import { findRunningSandbox } from './running-sandbox.ts';
import {
  chooseVm,
  isRunning,
  listVms,
  type RunningVm,
  type SandboxVm,
  startingStates,
} from './sandbox-machines.ts';
import { ownToken } from './session-token.ts';
import { connectSsh, type SshConnection, SshError } from './ssh-client.ts';
import { writeKnownHosts } from './ssh-config.ts';
import { checkUser, defaultUser, keyFile, openIdentity } from './ssh-identity.ts';
import type { SshKeyPair } from './ssh-key-pair.ts';
import { authorizeKey } from './ssh-metadata.ts';
import { whatBlocks } from './what-blocks.ts';

export interface LoginWishes {
  readonly zone: string | undefined;
  /** Default: this user's own name. */
  readonly user: string | undefined;
}

/** All that is needed to log in to one VM. */
export interface Login {
  readonly url: string;
  readonly project: string;
  readonly machine: RunningVm;
  readonly user: string;
  readonly pair: SshKeyPair;
}

/** How long a VM may take to get from PROVISIONING to its sshd. */
const BOOT_MS = 60_000;
/** How long all of them may take where those that do not are left out. */
const BOOTS_MS = 5000;

/**
 * Makes everything ready for a login: at the sandbox, and in the files of OpenSSH's clients.
 *
 * @throws UserError
 */
export async function openLogin(
  context: Context,
  name: string,
  wishes: LoginWishes,
): Promise<Login> {
  const { url, project, token } = await sandboxOf(context);
  const user = checkUser(wishes.user ?? defaultUser(context.host.userDirectory));
  const machine = await untilRunning(context, url, name, wishes.zone);
  const blocked = await whatBlocks(url, machine, 22);
  if (blocked !== undefined) throw new UserError('vm-blocked', blocked);
  const pair = await identityOf(context, user);
  await authorizeKey({
    url,
    project,
    zone: machine.zone,
    vm: name,
    user,
    publicKey: pair.publicKey,
    token,
  });
  writeKnownHosts(context.home, (await listVms(url)).filter(isRunning), project);
  return { url, project, machine, user, pair };
}

/** As `openLogin`, for all VMs that run, or one of them; whether they can be reached is not asked. */
export async function openLogins(
  context: Context,
  name: string | undefined,
  wishes: LoginWishes,
): Promise<{ machines: RunningVm[]; project: string; user: string }> {
  if (name !== undefined) {
    const { machine, project, user } = await openLogin(context, name, wishes);
    return { machines: [machine], project, user };
  }
  const { url, project, token } = await sandboxOf(context);
  const user = checkUser(wishes.user ?? defaultUser(context.host.userDirectory));
  const machines = (await afterBoots(context, url, wishes.zone)).filter(isRunning);
  const { publicKey } = await identityOf(context, user);
  for (const { zone, name: vm } of machines) {
    await authorizeKey({ url, project, zone, vm, user, publicKey, token });
  }
  writeKnownHosts(context.home, machines, project);
  return { machines, project, user };
}

/**
 * Logs in.
 *
 * @throws UserError `ssh-failed`, or `vm-blocked` where the network changed its mind
 */
export async function connectToVm(context: Context, login: Login): Promise<SshConnection> {
  const { machine, user, pair } = login;
  const { host, port, hostKey } = machine.ssh;
  const { privateKey } = pair;
  const giveUp = new AbortController();
  const stopListening = context.host.interrupts.listen(() => giveUp.abort());
  try {
    return await connectSsh(
      { host, port, user, privateKey, hostKeys: [hostKey] },
      {
        clock: context.host.clock,
        deadlineMs: BOOT_MS,
        tryMs: 20_000,
        // The sandbox knows at once which keys are in force.
        giveUpOn: ['host-key', 'denied'],
        signal: giveUp.signal,
      },
    );
  } catch (error) {
    if (giveUp.signal.aborted) throw new Interrupted();
    const blocked = await whatBlocks(login.url, machine, 22);
    if (blocked !== undefined) throw new UserError('vm-blocked', blocked, { cause: error });
    throw describeFault(error, machine);
  } finally {
    stopListening();
  }
}

/** What broke a session, in words; anything else as it was. */
export function describeFault(error: unknown, { name, zone }: SandboxVm): unknown {
  if (!(error instanceof SshError)) return error;
  const { fault } = error;
  return new UserError(
    'ssh-failed',
    { name, zone, fault, reason: reasonOf(error) },
    { cause: error },
  );
}

interface Asked {
  readonly url: string;
  readonly project: string;
  readonly token: string | undefined;
}

async function sandboxOf({ home }: Context): Promise<Asked> {
  const running = await findRunningSandbox(home);
  if (running === undefined) throw new UserError('sandbox-not-running', {});
  const { address, status } = running;
  return { url: address.url, project: status.projectId, token: await ownToken(address) };
}

async function identityOf(
  { host, home, say, terminal }: Context,
  user: string,
): Promise<SshKeyPair> {
  const isNew = !existsSync(keyFile(home));
  const hostname = host.hostname.replaceAll(/[^\w.-]/g, '') || 'cloudlab';
  const pair = await openIdentity(home, `${user}@${hostname}`);
  if (isNew) terminal.note(say.ssh.keyMade(keyFile(home)));
  return pair;
}

/** All VMs, those that were just created or started with their sshd; one may never listen. */
async function afterBoots(
  { host: { clock } }: Context,
  url: string,
  wanted: string | undefined,
): Promise<SandboxVm[]> {
  const end = clock.elapsed() + BOOTS_MS;
  for (;;) {
    const machines = (await listVms(url)).filter(
      ({ zone }) => wanted === undefined || zone === wanted,
    );
    const boots = machines.some((one) => startingStates.includes(one.status) && !isRunning(one));
    if (!boots || clock.elapsed() >= end) return machines;
    await clock.sleep(100);
  }
}

/** A VM that was just created or started gets there by itself. */
async function untilRunning(
  { host: { clock }, say, terminal }: Context,
  url: string,
  name: string,
  zone: string | undefined,
): Promise<RunningVm> {
  const end = clock.elapsed() + BOOT_MS;
  for (let isFirst = true; ; isFirst = false) {
    const machine = chooseVm(await listVms(url), name, zone);
    if (isRunning(machine)) return machine;
    const { status } = machine;
    if (!startingStates.includes(status) || clock.elapsed() >= end) {
      throw new UserError('vm-not-running', { name, zone: machine.zone, status });
    }
    if (isFirst) terminal.note(say.ssh.waiting(name));
    await clock.sleep(200);
  }
}
