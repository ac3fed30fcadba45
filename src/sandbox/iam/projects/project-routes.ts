import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import type { Identity } from '../../identity.ts';
import { isProject } from '../../project.ts';
import { apiMethod } from '../../wire/api-method.ts';
import { readJson } from '../../wire/body.ts';
import { paramsOf, queryOf } from '../../wire/query.ts';
import { sendJson } from '../../wire/reply.ts';
import { unsupportedMethod } from '../../wire/unsupported.ts';
import { askedPermissions, testPermissionsRequest } from '../policies/asked-permissions.ts';
import { type Permit, projectResource } from '../policies/permit.ts';
import { projectPlace } from '../policies/places.ts';
import { getPolicyRequest, setPolicy, setPolicyRequest, showPolicy } from '../policies/policy.ts';
import { currentPolicy, PROJECT_POLICY } from '../policies/stored.ts';
import { parse } from '../schema.ts';
import type { IamState } from '../state.ts';
import { matchesFilter } from './filter.ts';
import { showProjectV1, showProjectV3 } from './representation.ts';

const method = (name: string) => apiMethod(`cloudresourcemanager.projects.${name}`);

const READ = 'resourcemanager.projects.get';

/**
 * Resource Manager, versions 1 (gcloud) and 3 (the client libraries): the one project and its
 * policy. What is not there is refused like what one may not see, as on GCP.
 *
 * https://docs.cloud.google.com/resource-manager/reference/rest
 */
export function projectRoutes(
  app: FastifyInstance,
  state: IamState,
  identity: Identity,
  permit: Permit,
): void {
  const project = projectResource(state);
  const permitted = (request: FastifyRequest, permission: string): void => {
    const named = paramsOf<'project'>(request).project;
    if (isProject(state, named)) permit(request, permission, project);
    else permit.refuse(request, permission, { ...project, name: `projects/${named}` });
  };

  for (const [version, show] of [
    ['v1', showProjectV1],
    ['v3', showProjectV3],
  ] as const) {
    const call = `/${version}/projects/:project([^/:]+)`;

    app.get(`/${version}/projects/:project`, method('get'), async (request, reply) => {
      permitted(request, READ);
      return sendJson(request, reply, show(state));
    });

    app.post(`${call}::getIamPolicy`, method('getIamPolicy'), async (request, reply) => {
      permitted(request, 'resourcemanager.projects.getIamPolicy');
      const { options } = parse(getPolicyRequest, await readJson(request));
      const policy = currentPolicy(state, PROJECT_POLICY);
      const requested = options?.requestedPolicyVersion ?? 1;
      return sendJson(request, reply, showPolicy(policy, requested));
    });

    app.post(`${call}::setIamPolicy`, method('setIamPolicy'), async (request, reply) => {
      permitted(request, 'resourcemanager.projects.setIamPolicy');
      const asked = parse(setPolicyRequest, await readJson(request));
      const set = await setPolicy(state, projectPlace(state), asked);
      return sendJson(request, reply, showPolicy(set, 3));
    });

    app.post(
      `${call}::testIamPermissions`,
      method('testIamPermissions'),
      async (request, reply) => {
        const { permissions } = parse(testPermissionsRequest, await readJson(request));
        const asked = askedPermissions(permissions);
        const ours = isProject(state, paramsOf<'project'>(request).project);
        const allowed = ours ? identity.allowed(request, asked, project) : [];
        return sendJson(request, reply, allowed.length > 0 ? { permissions: allowed } : {});
      },
    );
  }

  const found = (filter: string | undefined, request: FastifyRequest): boolean => {
    if (identity.check(request, READ, project)) return matchesFilter(state, filter);
    // Whoever may see nothing sees an empty list; who shows no credentials at all is refused.
    if (identity.callerOf(request).member === undefined) permit.refuse(request, READ, project);
    return false;
  };
  const list =
    (parameter: string, show: (state: IamState) => object) =>
    async (request: FastifyRequest, reply: FastifyReply) => {
      const any = found(queryOf(request)[parameter], request);
      return sendJson(request, reply, any ? { projects: [show(state)] } : {});
    };
  app.get('/v1/projects', method('list'), list('filter', showProjectV1));
  app.get('/v3/projects::search', method('search'), list('query', showProjectV3));

  app.post(
    '/v1/projects/:project([^/:]+)::getAncestry',
    method('getAncestry'),
    async (request, reply) => {
      permitted(request, READ);
      const resourceId = { type: 'project', id: state.projectId };
      return sendJson(request, reply, { ancestor: [{ resourceId }] });
    },
  );

  for (const [verb, url, name] of UNSUPPORTED) {
    unsupportedMethod(app, verb, url, `cloudresourcemanager.projects.${name}`);
  }
}

/** There is one project, and it stays. */
const UNSUPPORTED: readonly [verb: HTTPMethods, url: string, name: string][] = [
  ['POST', '/v1/projects', 'create'],
  ['PUT', '/v1/projects/:project', 'update'],
  ['DELETE', '/v1/projects/:project', 'delete'],
  ['POST', '/v1/projects/:project([^/:]+)::undelete', 'undelete'],
  ['GET', '/v3/projects', 'list'],
  ['POST', '/v3/projects', 'create'],
  ['PATCH', '/v3/projects/:project', 'patch'],
  ['DELETE', '/v3/projects/:project', 'delete'],
  ['POST', '/v3/projects/:project([^/:]+)::move', 'move'],
  ['POST', '/v3/projects/:project([^/:]+)::undelete', 'undelete'],
];
