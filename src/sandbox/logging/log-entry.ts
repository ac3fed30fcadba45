import { type AuditRecord, isChange } from '../audit/record.ts';
import type { PermissionCheck } from '../identity.ts';
import { auditedName, serviceOf } from './method-names.ts';
import { type MonitoredResource, monitoredResource } from './monitored-resource.ts';

/**
 * A record as Cloud Logging shows it.
 *
 * https://docs.cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry
 * https://docs.cloud.google.com/logging/docs/reference/audit/auditlog/rest/Shared.Types/AuditLog
 */
export interface LogEntry {
  protoPayload: object;
  insertId: string;
  resource: MonitoredResource;
  timestamp: string;
  severity: 'NOTICE' | 'INFO' | 'ERROR';
  /** The method by the name of the API's reference, and HTTP's status: GCP has neither. */
  labels: { api_method: string; http_status: string };
  logName: string;
  receiveTimestamp: string;
}

/** The audit logs of a project, by which entries are told apart. */
export type LogId = 'activity' | 'data_access';

/** Changes of resources are one log, and what is done with data, and all that is read, the other. */
export const logIdOf = ({ kind }: Pick<AuditRecord, 'kind'>): LogId =>
  kind === 'ADMIN_WRITE' ? 'activity' : 'data_access';

export const logName = (projectId: string, log: LogId): string =>
  `projects/${projectId}/logs/cloudaudit.googleapis.com%2F${log}`;

export function logEntry(record: AuditRecord, projectId: string): LogEntry {
  const { method, status } = record;
  const timestamp = new Date(record.time).toISOString();
  return {
    protoPayload: {
      '@type': 'type.googleapis.com/google.cloud.audit.AuditLog',
      status: rpcStatus(status),
      authenticationInfo: authenticationInfo(record),
      requestMetadata: {
        callerIp: '127.0.0.1',
        callerSuppliedUserAgent: record.userAgent,
        requestAttributes: { time: timestamp, auth: {} },
        destinationAttributes: {},
      },
      serviceName: serviceOf(method),
      methodName: auditedName(method),
      authorizationInfo: record.checks.map((check) => authorizationInfo(check, record)),
      resourceName: record.resource,
    },
    insertId: record.seq.toString(36),
    resource: monitoredResource(record, projectId),
    timestamp,
    severity: status >= 400 ? 'ERROR' : logIdOf(record) === 'activity' ? 'NOTICE' : 'INFO',
    labels: { api_method: method, http_status: String(status) },
    logName: logName(projectId, logIdOf(record)),
    receiveTimestamp: new Date(record.received).toISOString(),
  };
}

/** Nothing of who has shown nothing; of who acts through an account, both. */
function authenticationInfo({ principal, through, keyName }: AuditRecord): object {
  if (principal === 'anonymous') return {};
  return {
    // Federated identities have no address.
    ...(principal.startsWith('principal:')
      ? { principalSubject: principal }
      : { principalEmail: principal }),
    ...(keyName === undefined ? {} : { serviceAccountKeyName: keyName }),
    ...(through === undefined || through.length === 0
      ? {}
      : {
          serviceAccountDelegationInfo: through.map((one) => ({
            firstPartyPrincipal: { principalEmail: one },
          })),
        }),
  };
}

/** As in all JSON of protocol buffers, what is false is left out: a denied permission has no `granted`. */
function authorizationInfo(check: PermissionCheck, record: AuditRecord): object {
  return {
    resource: check.resource,
    permission: check.permission,
    ...(check.granted ? { granted: true } : {}),
    permissionType: isChange(record) || record.kind === 'DATA_READ' ? record.kind : 'ADMIN_READ',
    resourceAttributes: {},
  };
}

/** https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto */
function rpcStatus(status: number): object {
  if (status < 400) return {};
  const [code, message] =
    CODES[status] ?? (status < 500 ? [3, 'INVALID_ARGUMENT'] : [13, 'INTERNAL']);
  return { code, message };
}

const CODES: Readonly<Record<number, [code: number, name: string]>> = {
  400: [3, 'INVALID_ARGUMENT'],
  401: [16, 'UNAUTHENTICATED'],
  403: [7, 'PERMISSION_DENIED'],
  404: [5, 'NOT_FOUND'],
  409: [6, 'ALREADY_EXISTS'],
  412: [9, 'FAILED_PRECONDITION'],
  429: [8, 'RESOURCE_EXHAUSTED'],
  499: [1, 'CANCELLED'],
  501: [12, 'UNIMPLEMENTED'],
  503: [14, 'UNAVAILABLE'],
  504: [4, 'DEADLINE_EXCEEDED'],
};
