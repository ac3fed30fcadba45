import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { apiMethod } from '../../wire/api-method.ts';
import { readJson } from '../../wire/body.ts';
import { ApiError, invalid } from '../../wire/errors.ts';
import { pageOf } from '../../wire/paging.ts';
import { paramsOf, type Query, queryOf } from '../../wire/query.ts';
import { sendJson } from '../../wire/reply.ts';
import type { Permit } from '../policies/permit.ts';
import { parse } from '../schema.ts';
import type { IamState } from '../state.ts';
import { predefinedPermissions, predefinedRoles } from './catalogue.ts';
import { NOT_IN_CUSTOM_ROLES } from './custom.ts';
import { isGrantable, permissionsOn } from './grantable.ts';
import { PERMISSIONS } from './permissions.ts';

const queryRequest = z.object({
  fullResourceName: z.string().nullish(),
  view: z.enum(['BASIC', 'FULL']).nullish(),
  pageSize: z.int().min(0).nullish(),
  pageToken: z.string().nullish(),
});

const DEFAULT_PAGE = 300;
const MAX_PAGE = 1000;

/**
 * The predefined roles, and what can be granted on, or asked about, a resource. Everybody who
 * shows who he is may know them.
 *
 * https://docs.cloud.google.com/iam/docs/reference/rest/v1/roles
 */
export function roleRoutes(app: FastifyInstance, state: IamState, permit: Permit): void {
  app.get('/v1/roles', apiMethod('iam.roles.list'), async (request, reply) => {
    permit.known(request);
    const query = queryOf(request);
    const page = { size: pageSizeOf(query), pageToken: query['pageToken'] };
    return sendJson(request, reply, rolesPage([...predefinedRoles.keys()], page, query['view']));
  });

  app.get('/v1/roles/:role', apiMethod('iam.roles.get'), async (request, reply) => {
    permit.known(request);
    const name = `roles/${paramsOf<'role'>(request).role}`;
    if (predefinedRoles.has(name)) return sendJson(request, reply, showRole(name, true));
    throw new ApiError(404, 'notFound', `The role named ${name.slice(0, 100)} was not found.`);
  });

  app.post(
    '/v1/roles::queryGrantableRoles',
    apiMethod('iam.roles.queryGrantableRoles'),
    async (request, reply) => {
      permit.known(request);
      const { fullResourceName, view, ...page } = parse(queryRequest, await readJson(request));
      const names = [...predefinedRoles.keys()].filter((role) =>
        isGrantable(state, role, fullResourceName ?? ''),
      );
      return sendJson(request, reply, rolesPage(names, pageOfBody(page), view ?? undefined));
    },
  );

  app.post(
    '/v1/permissions::queryTestablePermissions',
    apiMethod('iam.permissions.queryTestablePermissions'),
    async (request, reply) => {
      permit.known(request);
      const { fullResourceName, ...page } = parse(queryRequest, await readJson(request));
      const wanted = permissionsOn(state, fullResourceName ?? '');
      const names = PERMISSIONS.filter((name) => wanted.test(name));
      const { items, nextPageToken } = pageOf(names, (name) => name, pageOfBody(page));
      const permissions = items.map((name) => ({
        name,
        stage: 'GA',
        ...(NOT_IN_CUSTOM_ROLES.has(name) ? { customRolesSupportLevel: 'NOT_SUPPORTED' } : {}),
      }));
      return sendJson(request, reply, {
        ...(permissions.length > 0 ? { permissions } : {}),
        ...(nextPageToken === undefined ? {} : { nextPageToken }),
      });
    },
  );
}

/** `pageSize` of a list of roles. */
export function pageSizeOf({ pageSize = '0' }: Query): number {
  if (!/^\d{1,9}$/.test(pageSize)) throw invalid(`Invalid value at 'page_size': ${pageSize}`);
  return Math.min(Number(pageSize) || DEFAULT_PAGE, MAX_PAGE);
}

const pageOfBody = ({ pageSize, pageToken }: Pick<Body, 'pageSize' | 'pageToken'>) => ({
  size: Math.min(pageSize || DEFAULT_PAGE, MAX_PAGE),
  pageToken: pageToken ?? undefined,
});

type Body = z.infer<typeof queryRequest>;

function rolesPage(
  names: readonly string[],
  page: { size: number; pageToken: string | undefined },
  view: string | undefined,
): object {
  const { items, nextPageToken } = pageOf(names, (name) => name, page);
  return {
    ...(items.length > 0 ? { roles: items.map((name) => showRole(name, view === 'FULL')) } : {}),
    ...(nextPageToken === undefined ? {} : { nextPageToken }),
  };
}

function showRole(name: string, full: boolean): object {
  const { title, description, stage = 'GA' } = predefinedRoles.get(name) ?? {};
  const includedPermissions = full ? [...(predefinedPermissions(name) ?? [])].sort() : [];
  return {
    ...{ name, title, description },
    ...(full ? { includedPermissions } : {}),
    ...{ stage, etag: 'AA==' },
  };
}
