import type { PermissionCheck } from '../identity.ts';

/**
 * What the audit log keeps of one request. Nothing in it lets anybody in: no token, no
 * signature, no upload id, no query string, no body.
 */
export interface AuditRecord {
  /** Grows from one record to the next, over restarts too. */
  readonly seq: number;
  /** By the sandbox's clock, in milliseconds since 1970. */
  readonly time: number;
  /** The real time of the same moment, unless a clock was advanced in between. */
  readonly received: number;
  /** As Google's reference has it: `storage.objects.insert`. */
  readonly method: string;
  readonly kind: RequestKind;
  /** Email address or subject; `owner` for whom an open sandbox has not asked, or `anonymous`. */
  readonly principal: string;
  /** Who acted through the principal, the first first: impersonation. */
  readonly through?: readonly string[] | undefined;
  /** The key of a service account that proved the principal. */
  readonly keyName?: string | undefined;
  /** `projects/_/buckets/photos/objects/cat.jpg`, `projects/P/zones/Z/instances/I`. */
  readonly resource: string;
  /** What was asked of the identity service, in that order. */
  readonly checks: readonly PermissionCheck[];
  /** HTTP's. */
  readonly status: number;
  readonly userAgent: string;
}

/**
 * As Cloud Audit Logs tell requests apart by the type of the permission that they need. Changes
 * of resources go into the log `activity`, all others into `data_access`.
 *
 * https://docs.cloud.google.com/logging/docs/audit#types
 */
export type RequestKind = 'ADMIN_WRITE' | 'DATA_WRITE' | 'ADMIN_READ' | 'DATA_READ';

/** What the log has for somebody whom an open sandbox has not asked who he is. */
export const OWNER = 'owner';

/** True where something was to be changed, whether or not it was allowed. */
export const isChange = ({ kind }: Pick<AuditRecord, 'kind'>): boolean =>
  kind === 'ADMIN_WRITE' || kind === 'DATA_WRITE';

/** True for a request with which cloudlab itself only looks: its checks ask often. */
export const isOwnLook = (record: AuditRecord): boolean =>
  !isChange(record) && record.userAgent.startsWith('cloudlab/');

/**
 * Names of methods say whether something is changed; HTTP's verbs do not (`wait`,
 * `testIamPermissions`, `entries.list` and signatures are POSTs).
 */
export function kindOf(method: string): RequestKind {
  const [api = '', ...rest] = method.split('.');
  const action = rest.at(-1) ?? '';
  const isRead = READS.test(action) || IDENTITY_APIS.has(api);
  if (api === 'storage' && DATA.test(method)) return isRead ? 'DATA_READ' : 'DATA_WRITE';
  // To act as somebody, and to read logs, is no change, and is about data.
  if (IDENTITY_APIS.has(api) || method === 'logging.entries.list') return 'DATA_READ';
  if (method === 'logging.entries.write') return 'DATA_WRITE';
  return isRead ? 'ADMIN_READ' : 'ADMIN_WRITE';
}

const READS = /^(?:get|list|aggregatedList|test|query|lint|search|analyze|wait$|iamPolicies)/;
const IDENTITY_APIS = new Set(['iamcredentials', 'sts', 'oauth2']);
/** Who may do what with an object is not its data. */
const DATA = /^storage\.(?:objects\.(?!\w*IamPolicy$)|multipartUploads\.|(?:managedF|f)olders\.)/;
