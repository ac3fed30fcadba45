import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as z from 'zod/mini';
import { writeFileAtomically } from './atomic-file.ts';
import { reasonOf, UserError } from './errors.ts';
import { makeDirectory } from './make-directory.ts';

/** The layout of the directory; a later cloudlab that changes it raises the number. */
const layoutVersion = 1;
const layoutSchema = z.object({ layout: z.number() });

/**
 * The one directory in which cloudlab keeps everything: the sandbox's data,
 * the ledgers of mission runs, and where a running sandbox is found.
 */
export interface Home {
  readonly path: string;
  /** Data of the sandbox that `sandbox start` runs. */
  readonly sandboxData: string;
  /** Says where a running sandbox listens. */
  readonly sandboxAddress: string;
  /** Certificates of the sandbox's TLS listener. */
  readonly sandboxTls: string;
  /** Leads gsutil, which reads no variables, to that listener. */
  readonly gsutilConfig: string;
  /** The learner's token for the running sandbox: one line, private to the user. */
  readonly sandboxToken: string;
  /** Configuration of the learner's tools for the running sandbox, apart from the user's own. */
  readonly clients: string;
  /** The key pair that logs in to VMs, and what OpenSSH's clients need beside it. */
  readonly ssh: string;
  /** One ledger a mission run. */
  readonly ledgers: string;
  /** Seeded files of mission runs and data of private sandboxes; one folder a run. */
  readonly workspaces: string;
  /** The folder of one run. Never read from a file: what is in it will be deleted. */
  workspaceOf(run: string): string;
  /** Client libraries for programs of learners, a folder each; made anew where it is missing. */
  readonly runtimes: string;
  /** Programs that learners have written in missions, one folder a run; never removed by cloudlab. */
  readonly programs: string;
  /** What was learned: versions of one file (src/tutor/progress/versions.ts). */
  readonly progress: string;
  /** Stack traces of our own bugs. */
  readonly log: string;
}

/**
 * Where things are kept, without touching the disk.
 *
 * @param configured `CLOUDLAB_HOME`; a relative path counts from `cwd`
 * @param platformDefault the platform's data directory for this user
 */
export function locateHome(
  configured: string | undefined,
  cwd: string,
  platformDefault: string,
): Home {
  const path = configured === undefined ? platformDefault : resolve(cwd, configured);
  return {
    path,
    sandboxData: join(path, 'sandbox'),
    sandboxAddress: join(path, 'sandbox.json'),
    sandboxTls: join(path, 'tls'),
    gsutilConfig: join(path, 'gsutil.boto'),
    sandboxToken: join(path, 'sandbox-token'),
    clients: join(path, 'clients'),
    ssh: join(path, 'ssh'),
    ledgers: join(path, 'ledgers'),
    workspaces: join(path, 'workspaces'),
    workspaceOf: (run) => join(path, 'workspaces', run),
    runtimes: join(path, 'runtimes'),
    programs: join(path, 'programs'),
    progress: join(path, 'progress'),
    log: join(path, 'cloudlab.log'),
  };
}

/**
 * Makes the directory ready for writing. Commands that only read do not call it.
 *
 * @throws UserError `home-unusable` where it cannot be written, `data-newer`
 *   where a later cloudlab made it; nothing is changed in either case
 */
export function prepareHome(home: Home): void {
  const marker = join(home.path, 'layout.json');
  try {
    makeDirectory(home.ledgers);
    makeDirectory(home.workspaces);
    const found = readLayout(marker);
    if (found === undefined) writeFileAtomically(marker, JSON.stringify({ layout: layoutVersion }));
    else if (found > layoutVersion) {
      throw new UserError('data-newer', { path: home.path, found, supported: layoutVersion });
    }
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(
      'home-unusable',
      { path: home.path, reason: reasonOf(error) },
      { cause: error },
    );
  }
}

function readLayout(marker: string): number | undefined {
  try {
    return z.parse(layoutSchema, JSON.parse(readFileSync(marker, 'utf8'))).layout;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
