import type { AuditEntry, Inspect, ProgramRun } from '../../src/missions/define.ts';
import type { World } from './world.ts';

/** One run of a program, and what the provider has seen of it. */
export interface Trial {
  readonly run: ProgramRun;
  /** Requests for objects of the bucket while it ran, by whomever. */
  readonly entries: readonly AuditEntry[];
}

/**
 * Runs a program and keeps what the audit log has of that time: all that it did not have before.
 * Times tell nothing here: the clocks of a sandbox and of this machine need not agree.
 */
export async function tryProgram(
  { bucket }: World,
  inspect: Inspect,
  file: string,
  variables: Readonly<Record<string, string>>,
): Promise<Trial> {
  const look = () => inspect.audit({ resourcePrefix: `projects/_/buckets/${bucket}/objects/` });
  const before = await look();
  const run = await inspect.program({ file, variables: { BUCKET: bucket, ...variables } });
  return { run, entries: withoutThose(before, await look()) };
}

/** A log that is full forgets its oldest entries: their number tells nothing either. */
function withoutThose(before: readonly AuditEntry[], after: readonly AuditEntry[]): AuditEntry[] {
  const keyOf = (entry: AuditEntry) => JSON.stringify(entry);
  const known = new Map<string, number>();
  for (const key of before.map(keyOf)) known.set(key, (known.get(key) ?? 0) + 1);
  return after.filter((entry) => {
    const left = known.get(keyOf(entry)) ?? 0;
    known.set(keyOf(entry), left - 1);
    return left <= 0;
  });
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
