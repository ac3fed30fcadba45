import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Caller } from '../../identity.ts';
import { isProject } from '../../project.ts';
import { isImageProject } from '../catalogue/images.ts';
import type { Kind } from '../collection.ts';
import { OWNER } from '../operations/representation.ts';
import type { Scope } from '../records.ts';
import { nameOf, parseReference, pathOf as pathOfReference } from '../references.ts';
import type { ComputeState } from '../state.ts';
import { isAboutProject, isNamedByBody, onlyReads, permissionsOf } from './methods.ts';
import { hasAny } from './needs.ts';
import { withName } from './record-at.ts';
import {
  accountDenied,
  credentialsMissing,
  permissionMissing,
  scopesInsufficient,
} from './refusals.ts';
import { ACT_AS, type Need, projectPath, protectedAt } from './resources.ts';

/**
 * Asks before every route of the API, by the name of its method and the resource in its path:
 * no route can forget to. Whoever may not get a resource hears that, and not whether it is there.
 *
 * Methods whose resource only their body names ask by themselves (`askFor`), and so do those
 * that need more than one resource (`askMore`).
 */
export function askFirst(app: FastifyInstance, state: ComputeState): void {
  app.addHook('onRequest', (request, _reply, done) => {
    try {
      ask(state, request);
      done();
    } catch (error) {
      done(error as Error);
    }
  });
}

function ask(state: ComputeState, request: FastifyRequest): void {
  const { url = '', config } = request.routeOptions;
  // What is below `/_cloudlab/` is about this machine, not an API.
  if (!url.startsWith(API)) return;
  const method = config.apiMethod;
  const caller = state.identity.callerOf(request);
  const reads = method === undefined ? request.method === 'GET' : onlyReads(method);
  requireCaller(caller, method, reads ? READING : CHANGING);
  const { project = '' } = request.params as { project?: string };
  if (!isProject(state, project)) {
    askOtherProject(caller, request, method, project);
    return;
  }
  if (method === undefined || isNamedByBody(method)) return;
  const path = isAboutProject(method) ? projectPath(state) : pathOf(state, request, url);
  for (const permission of permissionsAt(state, method, path)) {
    need(state, request, { permission, path });
  }
}

/** An address inside a subnet is another permission's to give back than one on the internet. */
function permissionsAt(state: ComputeState, method: string, path: string): readonly string[] {
  if (method !== 'compute.addresses.delete') return permissionsOf(method);
  const { scope, name } = parseReference(path, state.projectId) ?? NOWHERE;
  const isInternal = state.vpc.addresses.get(scope, name)?.addressType === 'INTERNAL';
  return isInternal ? ['compute.addresses.deleteInternal'] : permissionsOf(method);
}

const API = '/compute/v1/';

/** Anybody who has proven who he is, with a token that is for such requests. */
function requireCaller(caller: Caller, method: string | undefined, enough: string[]): void {
  if (caller.unlimited) return;
  if (caller.member === undefined) throw credentialsMissing(method);
  if (caller.scopes === undefined) return;
  if (!caller.scopes.some((scope) => enough.includes(scope))) {
    throw scopesInsufficient(method, enough);
  }
}

const AUTH = 'https://www.googleapis.com/auth/';
const CHANGING = [`${AUTH}compute`, `${AUTH}cloud-platform`];
const READING = [`${AUTH}compute.readonly`, ...CHANGING, `${AUTH}cloud-platform.read-only`];

/** Google's images are for everybody; of other projects nobody here is anything. */
function askOtherProject(
  caller: Caller,
  request: FastifyRequest,
  method: string | undefined,
  project: string,
): void {
  if (caller.unlimited || (request.method === 'GET' && isImageProject(project))) return;
  const [permission] = permissionsOf(method ?? 'compute.projects.get');
  throw permissionMissing(permission ?? 'compute.projects.get', `projects/${project}`);
}

/** The resource in a request's path: all of the route's up to its last parameter. */
function pathOf(state: ComputeState, request: FastifyRequest, url: string): string {
  const params = request.params as Record<string, string>;
  const end = url.indexOf('/', url.lastIndexOf(':'));
  const path = url
    .slice(API.length, end < 0 ? undefined : end)
    .replaceAll(/:(\w+)/g, (_, name: string) =>
      name === 'project' ? state.projectId : (params[name] ?? ''),
    );
  return withName(state, path);
}

const NOWHERE = { scope: '', collection: '', name: '' };

/** Asks for what a method needs on the resource that its body names. */
export function askFor(
  state: ComputeState,
  request: FastifyRequest,
  kind: Pick<Kind, 'collection' | 'api'>,
  scope: Scope,
  name: string,
  labels?: Record<string, string>,
): void {
  const { collection, api } = kind;
  const path = pathOfReference({ project: state.projectId, scope, collection, name });
  const method = request.routeOptions.config.apiMethod ?? '';
  for (const permission of permissionsOf(method)) need(state, request, { permission, path });
  if (hasAny(labels)) need(state, request, { permission: `${api}.setLabels`, path });
}

/** Asks for what a method needs besides. */
export function askMore(
  state: ComputeState,
  request: FastifyRequest,
  needs: Iterable<Need> | undefined,
): void {
  for (const { permission, path } of needs ?? []) {
    need(state, request, { permission, path: withName(state, path) });
  }
}

/** @throws 403, or as Compute Engine refuses a service account */
function need(state: ComputeState, request: FastifyRequest, { permission, path }: Need): void {
  const resource = protectedAt(state, path);
  if (state.identity.check(request, permission, resource)) return;
  const caller = state.identity.callerOf(request);
  if (caller.member === undefined) {
    throw credentialsMissing(request.routeOptions.config.apiMethod);
  }
  if (permission === ACT_AS && path !== projectPath(state)) {
    throw accountDenied(nameOf(path), caller.name);
  }
  throw permissionMissing(permission, path);
}

/** Whose doing an operation is. */
export function userOf(state: ComputeState, request: FastifyRequest): string {
  const { unlimited, name } = state.identity.callerOf(request);
  return unlimited ? OWNER : name;
}
