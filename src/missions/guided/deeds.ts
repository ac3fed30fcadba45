import type { AuditEntry } from '../../cloud/audit.ts';
import { ownUserAgent, toolOf } from '../../cloud/user-agent.ts';

/** Methods that only look, or wait; `aggregatedList` and `getSerialPortOutput` are among them. */
const looking = /^(get|list|aggregatedList|test|describe|search|query|watch|wait)/;

/** Those entries that have changed something, but for what makes the learner's tools ready. */
export function deedsIn(entries: readonly AuditEntry[]): readonly AuditEntry[] {
  return entries.filter(
    (entry) =>
      entry.status < 400 &&
      !looking.test(entry.method.split('.').at(-1) ?? '') &&
      !isForTools(entry),
  );
}

/** What `cloudlab env` and `cloudlab shell` make, so that the learner's tools can log in: an HMAC key. */
function isForTools({ method, userAgent }: AuditEntry): boolean {
  return method.includes('.hmacKeys.') && userAgent.startsWith(ownUserAgent);
}

/** One line of what somebody did: `storage.objects.insert ×4 (gcloud)`. */
export function deedLines(deeds: readonly AuditEntry[]): readonly string[] {
  const groups = new Map<
    string,
    { readonly method: string; readonly tool: string; count: number }
  >();
  for (const { method, userAgent } of deeds) {
    const tool = toolOf(userAgent) || '?';
    const key = `${method} ${tool}`;
    const group = groups.get(key) ?? { method, tool, count: 0 };
    group.count += 1;
    groups.set(key, group);
  }
  return [...groups.values()].map(
    ({ method, tool, count }) => `${method}${count === 1 ? '' : ` ×${count}`} (${tool})`,
  );
}
