import type { Guest } from '../guest/contract.ts';

/** A VM that runs, as far as its SSH server needs to know it. Compute Engine makes these. */
export interface SshVm {
  /** Tells the sandbox's VMs apart. */
  readonly id: string;
  /** For the log, such as `web-1 (asia-northeast3-a)`. */
  readonly label: string;
  /** `makeHostKey().privateKey`, made once and kept with the boot disk. */
  readonly hostKey: string;
  /** Where it listened the last time, so that known hosts stay known. */
  readonly preferredPort?: number | undefined;
  /**
   * The lines of the metadata's `ssh-keys` that are in force (the instance's; the project's
   * unless `block-project-ssh-keys`), each `USER:KEY`. Asked for at each login.
   */
  sshKeys(): readonly string[];
  /** True if the VPC lets the learner's machine reach tcp:22 of it. Asked for at each connection. */
  accepts(): boolean;
  /** The guest, started if it sleeps. */
  guest(): Promise<Guest>;
}

/** Bounds of the SSH server; the defaults are sshd's where it has the same one. */
export interface SshLimits {
  /** Connections of one VM, and of all. */
  readonly perVm: number;
  readonly inAll: number;
  /** Connections of one VM that have not logged in (MaxStartups). */
  readonly startups: number;
  /** MaxAuthTries. */
  readonly authTries: number;
  /** LoginGraceTime. */
  readonly loginGraceMs: number;
  /** MaxSessions: channels of one connection. */
  readonly sessions: number;
  /**
   * Standard input of one session. A guest's programs read their input whole, so whatever is
   * sent is kept until its end.
   */
  readonly inputBytes: number;
  /** How long a connection that the firewall does not let through is left without an answer. */
  readonly silenceMs: number;
}

export const defaultLimits: SshLimits = {
  perVm: 64,
  inAll: 256,
  startups: 30,
  authTries: 6,
  loginGraceMs: 120_000,
  sessions: 10,
  inputBytes: 128 * 1024 * 1024,
  silenceMs: 20_000,
};
