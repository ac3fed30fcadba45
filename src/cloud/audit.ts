/**
 * Who did what: the audit log of a project, read through the Cloud Logging API, which the
 * sandbox has as well (`POST /v2/entries:list`). What is asked for and how it is understood
 * is the same on both.
 *
 * What differs: the sandbox writes down every request. On GCP, changes of resources (buckets,
 * VMs, accounts, policies: *Admin Activity*) are always logged, but what is read, and every
 * change of an object (*Data Access*), only where the project has it switched on, which by
 * default it has not (https://docs.cloud.google.com/logging/docs/audit/configure-data-access).
 * So on GCP a missing entry of an object proves nothing: see `Target.recordsData`. Entries can
 * take some seconds to appear there.
 *
 * https://docs.cloud.google.com/logging/docs/reference/v2/rest/v2/entries/list
 * https://docs.cloud.google.com/logging/docs/audit/understanding-audit-logs
 */
import * as z from 'zod/mini';
import { apiMethodOf, auditMethodOf, withoutVersion } from './audit-methods.ts';

/** One request that was answered, or refused. */
export interface AuditEntry {
  /** RFC 3339, by the provider's clock; a sandbox's may be ahead. */
  readonly time: string;
  /** As the API's reference has it: `storage.objects.insert`. */
  readonly method: string;
  /** `projects/_/buckets/b/objects/o`, `projects/P/zones/Z/instances/I`. */
  readonly resource: string;
  /** Email address or subject; `anonymous` for somebody who has shown nothing. */
  readonly principal: string;
  readonly userAgent: string;
  /** HTTP's. On GCP what corresponds to the code of the log. */
  readonly status: number;
}

export interface AuditFilter {
  /** By this machine's clock, whatever a sandbox's shows. */
  readonly since: Date;
  /** Names of the API's reference. */
  readonly methods?: readonly string[];
  /** What the resource's name begins with. GCP names service accounts by their unique ids. */
  readonly resourcePrefix?: string;
}

/** One call of `entries.list`: the body of the request to the body of the answer. */
export type ListEntries = (body: object) => Promise<unknown>;

/**
 * The entries that a filter names, the oldest first.
 *
 * @param dated the field of the entries that holds the real time: on GCP `timestamp`, in a sandbox
 *   `receiveTimestamp`
 */
export async function readAudit(
  list: ListEntries,
  project: string,
  filter: AuditFilter,
  dated: 'timestamp' | 'receiveTimestamp',
): Promise<readonly AuditEntry[]> {
  const { methods, resourcePrefix = '' } = filter;
  const entries: AuditEntry[] = [];
  let pageToken: string | undefined;
  do {
    const answer = await list({
      resourceNames: [`projects/${project}`],
      filter: filterText(project, filter, dated),
      orderBy: 'timestamp asc',
      pageSize: 1000,
      ...(pageToken === undefined ? {} : { pageToken }),
    });
    const page = z.parse(pageSchema, answer);
    for (const entry of page.entries ?? []) {
      const read = entryOf(entry, methods);
      // The filter language has no "begins with", and `:` finds parts of names.
      if (read?.resource.startsWith(resourcePrefix)) entries.push(read);
    }
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined && pageToken !== '' && entries.length < most);
  return entries;
}

/** More than any run does. */
const most = 50_000;

const logs = ['activity', 'data_access'];

function filterText(
  project: string,
  { since, methods, resourcePrefix }: AuditFilter,
  dated: string,
): string {
  const any = (texts: readonly string[]) =>
    `(${texts.map((text) => JSON.stringify(text)).join(' OR ')})`;
  return [
    `logName=${any(logs.map((log) => `projects/${project}/logs/cloudaudit.googleapis.com%2F${log}`))}`,
    `${dated}>=${JSON.stringify(since.toISOString())}`,
    ...(methods === undefined
      ? []
      : [`protoPayload.methodName:${any([...new Set(methods.map(auditMethodOf))])}`]),
    ...(resourcePrefix === undefined
      ? []
      : [`protoPayload.resourceName:${JSON.stringify(resourcePrefix)}`]),
  ].join(' AND ');
}

const pageSchema = z.object({
  entries: z.optional(z.array(z.unknown())),
  nextPageToken: z.optional(z.string()),
});

const entrySchema = z.object({
  timestamp: z.string(),
  /** What the sandbox knows and GCP does not tell. */
  labels: z.optional(
    z.object({ api_method: z.optional(z.string()), http_status: z.optional(z.string()) }),
  ),
  /** A change that takes a while is logged when it begins and when it is done. */
  operation: z.optional(
    z.object({ first: z.optional(z.boolean()), last: z.optional(z.boolean()) }),
  ),
  protoPayload: z.object({
    methodName: z.string(),
    resourceName: z._default(z.string(), ''),
    authenticationInfo: z.optional(
      z.object({
        principalEmail: z.optional(z.string()),
        principalSubject: z.optional(z.string()),
      }),
    ),
    requestMetadata: z.optional(z.object({ callerSuppliedUserAgent: z.optional(z.string()) })),
    status: z.optional(z.object({ code: z.optional(z.number()) })),
  }),
});

/** Undefined for what is no request of its own, and for other methods than those that are asked for. */
function entryOf(value: unknown, methods: readonly string[] | undefined): AuditEntry | undefined {
  const parsed = z.safeParse(entrySchema, value);
  if (!parsed.success) return undefined;
  const { timestamp, labels, operation, protoPayload } = parsed.data;
  if (operation?.last === true && operation.first !== true) return undefined;
  const method = methodOf(protoPayload.methodName, labels?.api_method, methods);
  if (method === undefined) return undefined;
  const { principalEmail, principalSubject } = protoPayload.authenticationInfo ?? {};
  return {
    time: timestamp,
    method,
    resource: protoPayload.resourceName,
    principal: principalEmail || principalSubject || 'anonymous',
    userAgent: protoPayload.requestMetadata?.callerSuppliedUserAgent ?? '',
    status: Number(labels?.http_status ?? httpStatusOf(protoPayload.status?.code ?? 0)),
  };
}

/**
 * Several methods share a name in GCP's log: to compose an object is to create one. There an
 * entry counts for whichever of them was asked for.
 */
function methodOf(
  audited: string,
  labelled: string | undefined,
  methods: readonly string[] | undefined,
): string | undefined {
  if (methods === undefined) return labelled ?? apiMethodOf(audited);
  if (labelled !== undefined) return methods.includes(labelled) ? labelled : undefined;
  const name = withoutVersion(audited);
  const usual = apiMethodOf(audited);
  return methods.includes(usual) ? usual : methods.find((one) => auditMethodOf(one) === name);
}

/** https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto */
const httpStatuses = [
  ...[200, 499, 500, 400, 504, 404, 409, 403, 429, 412, 409, 400, 501, 500, 503, 500, 401],
];

function httpStatusOf(code: number): number {
  return httpStatuses[code] ?? (code >= 100 ? code : 500);
}
