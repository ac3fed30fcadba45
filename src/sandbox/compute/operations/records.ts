import type { Scope } from '../records.ts';

/**
 * Operations: whatever changes something in Compute Engine answers with one at once and goes
 * on behind it. https://cloud.google.com/compute/docs/api/how-tos/api-requests-responses
 *
 * Documented states: PENDING, RUNNING, DONE. An operation that failed is DONE with `error`.
 */
export interface OperationRecord {
  id: string;
  /** Such as `operation-1700000000000-0123456789abc-01234567-89abcdef`. */
  name: string;
  scope: Scope;
  /** `insert`, `delete`, `stop`, `compute.instances.setLabels`... */
  operationType: string;
  /** Whole URL. */
  targetLink: string;
  targetId: string;
  status: 'PENDING' | 'RUNNING' | 'DONE';
  progress: number;
  /** Milliseconds since 1970, by the sandbox's clock. */
  insertTime: number;
  startTime?: number;
  endTime?: number;
  error?: { code: string; message: string; status: number };
  /** Which plan carries it out, and which of its steps comes next. */
  plan: string;
  step: number;
  /** When that is due; milliseconds since 1970. */
  due: number;
  /** What the plan's steps have to know. */
  details?: Record<string, unknown>;
  requestId?: string;
  /** Who began it, by his email address; `system` where Compute Engine did. */
  user?: string;
  statusMessage?: string;
  warnings?: OperationWarning[];
  /** The operation of the group that this one belongs to, as managed instance groups make them. */
  operationGroupId?: string;
}

/** What the user should know although the operation does not fail. */
export interface OperationWarning {
  /** Such as `DISK_SIZE_LARGER_THAN_IMAGE_SIZE`. */
  code: string;
  message: string;
}

export const operationKey = ({ scope, name }: { scope: Scope; name: string }): Buffer =>
  Buffer.from(`${scope}\0${name}`);
