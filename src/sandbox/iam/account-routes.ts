import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { apiMethod } from '../wire/api-method.ts';
import { readJson } from '../wire/body.ts';
import { invalid, required } from '../wire/errors.ts';
import { paramsOf, queryOf } from '../wire/query.ts';
import { sendJson } from '../wire/reply.ts';
import {
  createAccount,
  deleteAccount,
  listAccounts,
  namedAccount,
  putAccount,
  requireAccount,
  undeleteAccount,
} from './accounts.ts';
import { obey } from './org-policy/org-policies.ts';
import { type Permit, projectResource } from './policies/permit.ts';
import type { AccountRecord } from './records.ts';
import { showAccount } from './representation.ts';
import { accountResource } from './require-permission.ts';
import { createAccountRequest, parse, patchAccountRequest } from './schema.ts';
import { type IamState, requireProject } from './state.ts';

const ACCOUNTS = '/v1/projects/:project/serviceAccounts';
const ACCOUNT = `${ACCOUNTS}/:account`;
/** Before a custom method (`...:disable`), the name ends at the colon. */
export const ACCOUNT_CALL = `${ACCOUNTS}/:account([^/:]+)`;

const method = (name: string) => apiMethod(`iam.projects.serviceAccounts.${name}`);

const NO_ACCOUNTS = [
  'iam.disableServiceAccountCreation',
  'iam.managed.disableServiceAccountCreation',
] as const;

/** https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts */
export function accountRoutes(app: FastifyInstance, state: IamState, permit: Permit): void {
  const send = (request: FastifyRequest, reply: FastifyReply, account: AccountRecord) =>
    sendJson(request, reply, showAccount(account, state.projectId));

  app.post(ACCOUNTS, method('create'), async (request, reply) => {
    const { project } = paramsOf<'project'>(request);
    permit(request, 'iam.serviceAccounts.create', projectResource(state));
    requireProject(state, project, 'iam.serviceAccounts.create');
    const what = 'Service account creation is not allowed on this project.';
    obey(state, NO_ACCOUNTS, what, `projects/${state.projectId}`);
    const body = parse(createAccountRequest, await readJson(request));
    const { accountId, serviceAccount } = body;
    if (accountId === undefined) throw required('account_id');
    const settings = given(serviceAccount ?? {});
    return send(
      request,
      reply,
      await state.store.write(() => createAccount(state, accountId, settings)),
    );
  });

  app.get(ACCOUNTS, method('list'), async (request, reply) => {
    const { project } = paramsOf<'project'>(request);
    permit(request, 'iam.serviceAccounts.list', projectResource(state));
    requireProject(state, project, 'iam.serviceAccounts.list');
    const { pageSize = '0', pageToken } = queryOf(request);
    if (!/^\d{1,9}$/.test(pageSize)) throw invalid(`Invalid value at 'page_size': ${pageSize}`);
    const { items, nextPageToken } = listAccounts(state, Number(pageSize), pageToken);
    const accounts = items.map((account) => showAccount(account, state.projectId));
    return sendJson(request, reply, {
      ...(accounts.length > 0 ? { accounts } : {}),
      ...(nextPageToken === undefined ? {} : { nextPageToken }),
    });
  });

  const permitted = permittedAccount(state, permit);

  app.get(ACCOUNT, method('get'), async (request, reply) =>
    send(request, reply, permitted(request, 'get')),
  );

  app.patch(ACCOUNT, method('patch'), async (request, reply) => {
    permitted(request, 'update');
    const { serviceAccount = {}, updateMask } = parse(patchAccountRequest, await readJson(request));
    const fields = maskedFields(updateMask ?? Object.keys(serviceAccount).join(','));
    const patch = Object.fromEntries(fields.map((field) => [field, serviceAccount[field] ?? '']));
    const account = await state.store.write(() =>
      putAccount(state, { ...accountOf(state, request), ...patch }),
    );
    return send(request, reply, account);
  });

  app.delete(ACCOUNT, method('delete'), async (request, reply) => {
    permitted(request, 'delete');
    await state.store.write(() => deleteAccount(state, accountOf(state, request)));
    return sendJson(request, reply, {});
  });

  app.post(`${ACCOUNT_CALL}::undelete`, method('undelete'), async (request, reply) => {
    permitted.beforehand(request, 'undelete');
    const { account } = paramsOf<'account'>(request);
    const restored = await state.store.write(() => undeleteAccount(state, account));
    const restoredAccount = showAccount(restored, state.projectId);
    return sendJson(request, reply, { restoredAccount });
  });

  const setDisabled =
    (disabled: boolean) => async (request: FastifyRequest, reply: FastifyReply) => {
      permitted(request, disabled ? 'disable' : 'enable');
      await state.store.write(() => putAccount(state, { ...accountOf(state, request), disabled }));
      return sendJson(request, reply, {});
    };
  app.post(`${ACCOUNT_CALL}::disable`, method('disable'), setDisabled(true));
  app.post(`${ACCOUNT_CALL}::enable`, method('enable'), setDisabled(false));
}

/** The account that the request's path names, or the 404. */
export function accountOf(state: IamState, request: FastifyRequest): AccountRecord {
  const { project, account } = paramsOf<'project' | 'account'>(request);
  return requireAccount(state, project, account);
}

/**
 * The account that the request's path names, if its caller may do something with it.
 *
 * @throws ApiError 401 or 403, and 404 only for somebody who may know that it is not there
 */
export function permittedAccount(state: IamState, permit: Permit) {
  const beforehand = (request: FastifyRequest, verb: string, of = 'serviceAccounts'): void => {
    const { project, account } = paramsOf<'project' | 'account'>(request);
    const email = namedAccount(state, project, account)?.email ?? account;
    permit(request, `iam.${of}.${verb}`, accountResource(state, email));
  };
  const permitted = (request: FastifyRequest, verb: string, of?: string): AccountRecord => {
    beforehand(request, verb, of);
    return accountOf(state, request);
  };
  return Object.assign(permitted, { beforehand });
}

type Settings = Pick<AccountRecord, 'displayName' | 'description'>;

function maskedFields(mask: string): (keyof Settings)[] {
  return mask
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .map((name) => {
      if (name === 'displayName' || name === 'display_name') return 'displayName';
      if (name === 'description') return 'description';
      throw invalid(`Invalid value at 'update_mask': ${name} cannot be changed.`);
    });
}

function given(settings: { [K in keyof Settings]: string | null | undefined }): Settings {
  const { displayName, description } = settings;
  return { ...(displayName ? { displayName } : {}), ...(description ? { description } : {}) };
}
