import type { AuditEntry } from '../../cloud/audit.ts';
import { ownUserAgent } from '../../cloud/user-agent.ts';

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

/** How tools introduce themselves, and what people call them; the first that fits. */
const tools: readonly (readonly [RegExp, string])[] = [
  [/terraform/i, 'Terraform'],
  [/gsutil/i, 'gsutil'],
  [/google-cloud-sdk|gcloud\//i, 'gcloud'],
  [/aws-cli/i, 'aws'],
  [/boto3|botocore/i, 'boto3'],
  [/gl-python|gcloud-python|python-requests|python-urllib|google-api-python/i, 'Python'],
  [/gl-node|gcloud-node|google-api-nodejs|\bnode\b/i, 'Node.js'],
  [/gl-go|gcloud-golang|go-http-client|google-api-go/i, 'Go'],
  [/gl-java|gcloud-java|google-api-java|apache-httpclient|okhttp/i, 'Java'],
  [/curl/i, 'curl'],
  [/wget/i, 'wget'],
  [/mozilla/i, 'browser'],
];

/** The name of the tool behind a user agent; its first word where it is not known. */
export function toolOf(userAgent: string): string {
  return (
    tools.find(([pattern]) => pattern.test(userAgent))?.[1] ?? (userAgent.split(/[/ ]/)[0] || '?')
  );
}

/** One line of what somebody did: `storage.objects.insert ×4 (gcloud)`. */
export function deedLines(deeds: readonly AuditEntry[]): readonly string[] {
  const groups = new Map<
    string,
    { readonly method: string; readonly tool: string; count: number }
  >();
  for (const { method, userAgent } of deeds) {
    const tool = toolOf(userAgent);
    const key = `${method} ${tool}`;
    const group = groups.get(key) ?? { method, tool, count: 0 };
    group.count += 1;
    groups.set(key, group);
  }
  return [...groups.values()].map(
    ({ method, tool, count }) => `${method}${count === 1 ? '' : ` ×${count}`} (${tool})`,
  );
}
