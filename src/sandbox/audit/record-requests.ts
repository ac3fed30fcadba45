import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Caller, Identity, PermissionCheck } from '../identity.ts';
import type { AuditLog } from './audit-log.ts';
import { kindOf, OWNER, type RequestKind } from './record.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /**
     * What the request is about, as the audit log names it, where no permission was asked for on
     * it; several where one request changes several things. Null where the service has not said it.
     */
    about: readonly string[] | null;
    /** The request is a part of an operation (an upload's first bytes): the last one is recorded. */
    isPart: boolean;
  }
}

export interface Recorder {
  readonly log: AuditLog;
  readonly identity: Pick<Identity, 'callerOf'>;
  readonly wallClock: () => Date;
  /** How far the sandbox's clock is ahead of that. */
  readonly aheadSeconds: () => number;
}

/**
 * Writes down every request to a method of an API once it is answered, the refused ones among
 * them. Has to be installed before the routes. What has no `apiMethod` is not recorded: the
 * control paths of the sandbox, pages, and batches, whose calls are requests of their own.
 */
export function recordRequests(app: FastifyInstance, recorder: Recorder): void {
  app.decorateRequest('about', null);
  app.decorateRequest('isPart', false);
  app.addHook('onRoute', (route) => {
    const { apiMethod: method = '', severalMethods = false } = route.config ?? {};
    if (route.onResponse || method.startsWith('cloudlab.')) return;
    if (method === '' && !severalMethods) return;
    const record = recordAs(WHOLES.get(method) ?? method, route.url, PARTS.has(method), recorder);
    route.onResponse = (request, reply, done) => {
      done();
      record(request, reply.statusCode);
    };
    // Who hangs up before the answer has done what he has done.
    route.onRequestAbort = (request, done) => {
      done();
      record(request, CANCELLED);
    };
  });
}

/** Parts of an upload; the last request of it is the upload, however it was sent. */
const PARTS = new Set(['storage.multipartUploads.create', 'storage.multipartUploads.uploadPart']);
const WHOLES = new Map([['storage.multipartUploads.complete', 'storage.objects.insert']]);

/** @param named empty where the route answers several methods */
function recordAs(
  named: string,
  path: string,
  isPart: boolean,
  recorder: Recorder,
): (request: FastifyRequest, status: number) => void {
  const kindOfNamed = kindOf(named);
  const pathOf = resourcePath(path);
  return (request, status) => {
    const method = request.apiMethod ?? named;
    if (method === '') return;
    const kind = method === named ? kindOfNamed : kindOf(method);
    if ((status < 400 || status === CANCELLED) && (isPart || request.isPart || status === 308))
      return;
    const caller = callerOf(recorder.identity, request);
    const checks = request.access?.checks ?? NO_CHECKS;
    for (const what of request.about ?? [checkedResource(checks) ?? pathOf(request)]) {
      write(recorder, request, { method, kind, caller, checks, what, status });
    }
  };
}

interface Answered {
  method: string;
  kind: RequestKind;
  caller: Caller | undefined;
  checks: readonly PermissionCheck[];
  what: string;
  status: number;
}

/** Runs at every request: as little as can be done. */
function write(
  { log, wallClock, aheadSeconds }: Recorder,
  { headers }: FastifyRequest,
  { method, kind, caller, checks, what, status }: Answered,
): void {
  const received = wallClock().getTime();
  log.add({
    seq: log.next(received),
    time: received + aheadSeconds() * 1000,
    received,
    method,
    kind,
    principal: caller === undefined ? 'anonymous' : caller.unlimited ? OWNER : caller.name,
    // Nobody but an open sandbox's owner can act as an account without saying who he is.
    through: caller?.through?.map((name) => (name === 'anonymous' ? OWNER : name)),
    keyName: caller?.keyName,
    resource: what,
    checks,
    status,
    userAgent: headers['user-agent']?.slice(0, LONGEST_USER_AGENT) ?? '',
  });
}

/** What the end of an upload by its client is answered with; and where he did not wait for an answer. */
const CANCELLED = 499;
const NO_CHECKS: readonly PermissionCheck[] = [];
const LONGEST_USER_AGENT = 512;

/** Undefined where credentials were shown that do not hold. */
function callerOf(identity: Recorder['identity'], request: FastifyRequest): Caller | undefined {
  if (request.access?.caller !== undefined) return request.access.caller;
  try {
    return identity.callerOf(request);
  } catch {
    return undefined;
  }
}

/**
 * A request may need several permissions on several things: to copy an object, that to read one
 * and that to create another. It is about what it changes.
 */
function checkedResource(checks: readonly PermissionCheck[]): string | undefined {
  const [first] = checks;
  if (checks.length < 2) return first?.resource;
  return (checks.find(({ permission }) => !READING.test(permission)) ?? first)?.resource;
}

const READING = /\.(?:get|list)\w*$/;

/**
 * What a request is about by its path alone: `projects/P/serviceAccounts/E` for
 * `/v1/projects/:project/serviceAccounts/:account/keys`.
 */
function resourcePath(pattern: string): (request: FastifyRequest) => string {
  const parts = pattern
    .replace(/^\/(?:upload\/|download\/)?(?:[a-z]+\/)?v\d\w*\//, '')
    .split(/:(\w+)(?:\([^)]*\))?/);
  return (request) => {
    const params = request.params as Record<string, string> | undefined;
    let path = '';
    // Literal text and names of parameters take turns; what follows the last one is an action.
    for (let at = 0; at + 1 < parts.length; at += 2) {
      path += `${parts[at]}${params?.[parts[at + 1] ?? ''] ?? ''}`;
    }
    return path;
  };
}
