import type { AuditEntry, Inspect, ProgramRun } from '../../src/missions/define.ts';
import type { World } from './world.ts';

/** One run of a program, and what the provider has seen of it. */
export interface Trial {
  readonly run: ProgramRun;
  /** Requests for objects of the bucket while it ran, by whomever. */
  readonly entries: readonly AuditEntry[];
}

/**
 * Runs a program and keeps what the audit log has of that time. Entries are told apart by
 * their number: the clocks of a sandbox and of this machine need not agree.
 */
export async function tryProgram(
  { bucket }: World,
  inspect: Inspect,
  file: string,
  variables: Readonly<Record<string, string>>,
): Promise<Trial> {
  const look = () => inspect.audit({ resourcePrefix: `projects/_/buckets/${bucket}/objects/` });
  const before = (await look()).length;
  const run = await inspect.program({ file, variables: { BUCKET: bucket, ...variables } });
  return { run, entries: (await look()).slice(before) };
}

/** Who has done something to an object in a trial, successfully; undefined where nobody has. */
export function whoHas(
  { entries }: Trial,
  methods: readonly string[],
  bucket: string,
  object: string,
  userAgent: RegExp,
): 'library' | 'another' | undefined {
  const done = entries.filter(
    ({ method, resource, status }) =>
      methods.includes(method) &&
      resource === `projects/_/buckets/${bucket}/objects/${object}` &&
      status < 400,
  );
  if (done.length === 0) return undefined;
  return done.some((entry) => userAgent.test(entry.userAgent)) ? 'library' : 'another';
}
