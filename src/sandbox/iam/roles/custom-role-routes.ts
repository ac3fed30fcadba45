import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { apiMethod } from '../../wire/api-method.ts';
import { readJson } from '../../wire/body.ts';
import { ApiError, invalid } from '../../wire/errors.ts';
import { pageOf } from '../../wire/paging.ts';
import { flag, paramsOf, queryOf } from '../../wire/query.ts';
import { sendJson } from '../../wire/reply.ts';
import { etagOf } from '../policies/etag.ts';
import { type Permit, projectResource } from '../policies/permit.ts';
import { parse } from '../schema.ts';
import { type IamState, requireProject } from '../state.ts';
import {
  acceptPermissions,
  allRoles,
  type CustomRoleRecord,
  createRole,
  deleteRole,
  type RoleSettings,
  requireRole,
  undeleteRole,
  updateRole,
} from './custom.ts';
import { pageSizeOf } from './role-routes.ts';

const ROLES = '/v1/projects/:project/roles';
const ROLE = `${ROLES}/:role`;

const method = (name: string) => apiMethod(`iam.projects.roles.${name}`);

const roleSchema = z.object({
  title: z.string().max(100).nullish(),
  description: z.string().max(300).nullish(),
  stage: z.enum(['ALPHA', 'BETA', 'GA', 'DEPRECATED', 'DISABLED', 'EAP']).nullish(),
  includedPermissions: z.array(z.string()).max(3000).nullish(),
  etag: z.string().nullish(),
});

const createRequest = z.object({ roleId: z.string().optional(), role: roleSchema.nullish() });
const undeleteRequest = z.object({ etag: z.string().nullish() });

/**
 * The custom roles of the project.
 *
 * https://docs.cloud.google.com/iam/docs/reference/rest/v1/projects.roles
 */
export function customRoleRoutes(app: FastifyInstance, state: IamState, permit: Permit): void {
  const permitted = (request: FastifyRequest, verb: string): void => {
    permit(request, `iam.roles.${verb}`, projectResource(state));
    requireProject(state, paramsOf<'project'>(request).project, `iam.roles.${verb}`);
  };
  const roleOf = (request: FastifyRequest) => requireRole(state, paramsOf<'role'>(request).role);
  const change = async (
    request: FastifyRequest,
    reply: FastifyReply,
    make: () => CustomRoleRecord,
  ) => sendJson(request, reply, showRole(state, await state.store.write(make)));

  app.post(ROLES, method('create'), async (request, reply) => {
    permitted(request, 'create');
    const { roleId, role } = parse(createRequest, await readJson(request));
    const settings = settingsOf(role ?? {});
    return change(request, reply, () => createRole(state, roleId ?? '', settings));
  });

  app.get(ROLES, method('list'), async (request, reply) => {
    permitted(request, 'list');
    const query = queryOf(request);
    const showDeleted = flag(query, 'showDeleted');
    const shown = allRoles(state).filter((role) => showDeleted || role.timeDeleted === undefined);
    const page = { size: pageSizeOf(query), pageToken: query['pageToken'] };
    const { items, nextPageToken } = pageOf(shown, ({ id }) => id, page);
    const full = query['view'] === 'FULL';
    const roles = items.map((role) => showRole(state, role, full));
    return sendJson(request, reply, {
      ...(roles.length > 0 ? { roles } : {}),
      ...(nextPageToken === undefined ? {} : { nextPageToken }),
    });
  });

  app.get(ROLE, method('get'), async (request, reply) => {
    permitted(request, 'get');
    return sendJson(request, reply, showRole(state, roleOf(request)));
  });

  app.patch(ROLE, method('patch'), async (request, reply) => {
    permitted(request, 'update');
    const given = parse(roleSchema, await readJson(request));
    const settings = masked(given, queryOf(request)['updateMask']);
    return change(request, reply, () => {
      const role = roleOf(request);
      checkEtag(role, given.etag);
      return updateRole(state, role, settings);
    });
  });

  app.delete(ROLE, method('delete'), async (request, reply) => {
    permitted(request, 'delete');
    const { etag } = queryOf(request);
    return change(request, reply, () => {
      const role = roleOf(request);
      checkEtag(role, etag);
      return deleteRole(state, role);
    });
  });

  app.post(`${ROLES}/:role([^/:]+)::undelete`, method('undelete'), async (request, reply) => {
    permitted(request, 'undelete');
    const { etag } = parse(undeleteRequest, await readJson(request));
    return change(request, reply, () => {
      const role = roleOf(request);
      checkEtag(role, etag);
      return undeleteRole(state, role);
    });
  });
}

function showRole(
  { projectId }: IamState,
  { id, title, description, permissions, stage, revision, timeDeleted }: CustomRoleRecord,
  full = true,
): object {
  return {
    name: `projects/${projectId}/roles/${id}`,
    ...(title ? { title } : {}),
    ...(description ? { description } : {}),
    ...(full && permissions.length > 0 ? { includedPermissions: permissions } : {}),
    // ALPHA is the first of the values, which JSON made from protocol buffers leaves out.
    ...(stage === 'ALPHA' ? {} : { stage }),
    etag: etagOf(revision),
    ...(timeDeleted === undefined ? {} : { deleted: true }),
  };
}

function checkEtag({ revision }: CustomRoleRecord, etag: string | null | undefined): void {
  if (!etag || etag === etagOf(revision)) return;
  throw new ApiError(
    409,
    'aborted',
    'There were concurrent policy changes. Please retry the whole read-modify-write with ' +
      'exponential backoff.',
  );
}

function settingsOf(given: z.infer<typeof roleSchema>): RoleSettings {
  const { title, description, stage, includedPermissions } = given;
  return {
    ...(title ? { title } : {}),
    ...(description ? { description } : {}),
    ...(stage ? { stage } : {}),
    ...(includedPermissions ? { permissions: acceptPermissions(includedPermissions) } : {}),
  };
}

/** What a patch changes: the fields of the mask, or those that are given. */
function masked(given: z.infer<typeof roleSchema>, mask: string | undefined): RoleSettings {
  if (!mask) return settingsOf(given);
  const settings: RoleSettings = {};
  for (const field of mask.split(',').map((name) => name.trim())) {
    switch (field) {
      case 'title':
      case 'description':
        settings[field] = given[field] ?? '';
        break;
      case 'stage':
        settings.stage = given.stage ?? 'ALPHA';
        break;
      case 'includedPermissions':
      case 'included_permissions':
        settings.permissions = acceptPermissions(given.includedPermissions ?? []);
        break;
      case 'etag':
        break;
      default:
        throw invalid(`Invalid value at 'update_mask': ${field} cannot be changed.`);
    }
  }
  return settings;
}
