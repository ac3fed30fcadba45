import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { apiMethod } from '../wire/api-method.ts';
import { readJson } from '../wire/body.ts';
import { invalid, notImplemented } from '../wire/errors.ts';
import { paramsOf, queryOf, valuesOf } from '../wire/query.ts';
import { sendJson } from '../wire/reply.ts';
import { baseUrl } from '../wire/urls.ts';
import { accountOf, permittedAccount } from './account-routes.ts';
import { createUserKey, deleteKey, listKeys, putKey, requireKey } from './keys.ts';
import { obey } from './org-policy/org-policies.ts';
import type { Permit } from './policies/permit.ts';
import type { KeyRecord } from './records.ts';
import { credentialsFile, showKey, showPublicKey } from './representation.ts';
import { createKeyRequest, parse } from './schema.ts';
import type { IamState } from './state.ts';

const KEYS = '/v1/projects/:project/serviceAccounts/:account/keys';
const KEY = `${KEYS}/:key`;
const KEY_CALL = `${KEYS}/:key([^/:]+)`;

const method = (name: string) => apiMethod(`iam.projects.serviceAccounts.keys.${name}`);

const NO_KEYS = [
  'iam.disableServiceAccountKeyCreation',
  'iam.managed.disableServiceAccountKeyCreation',
] as const;

/** https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts.keys */
export function keyRoutes(app: FastifyInstance, state: IamState, permit: Permit): void {
  const permittedOnAccount = permittedAccount(state, permit);
  const permitted = (request: FastifyRequest, verb: string) =>
    permittedOnAccount(request, verb, 'serviceAccountKeys');

  app.post(KEYS, method('create'), async (request, reply) => {
    const account = permitted(request, 'create');
    const { email } = account;
    const subject = `projects/${state.projectId}/serviceAccounts/${email}?configvalue=${email}`;
    obey(state, NO_KEYS, 'Key creation is not allowed on this service account.', subject);
    const { privateKeyType, keyAlgorithm } = parse(createKeyRequest, await readJson(request));
    if (privateKeyType === 'TYPE_PKCS12_FILE') throw notImplemented('PKCS #12 key files');
    const small = keyAlgorithm === 'KEY_ALG_RSA_1024';
    const algorithm = small ? 'KEY_ALG_RSA_1024' : 'KEY_ALG_RSA_2048';
    const { key, privateKey } = await createUserKey(state, account, algorithm);
    const { projectId } = state;
    const file = credentialsFile(key, account, privateKey, { projectId, base: baseUrl(request) });
    return sendJson(request, reply, {
      ...showKey(key, account, projectId),
      privateKeyType: 'TYPE_GOOGLE_CREDENTIALS_FILE',
      privateKeyData: Buffer.from(file).toString('base64'),
    });
  });

  app.get(KEYS, method('list'), async (request, reply) => {
    const account = permitted(request, 'list');
    const types = keyTypes(request);
    const keys = listKeys(state, account).filter(({ keyType }) => types(keyType));
    const shown = keys.map((key) => showKey(key, account, state.projectId));
    return sendJson(request, reply, shown.length > 0 ? { keys: shown } : {});
  });

  app.get(KEY, method('get'), async (request, reply) => {
    const account = permitted(request, 'get');
    const key = keyOf(state, request);
    const { publicKeyType = 'TYPE_NONE' } = queryOf(request);
    const shown = showKey(key, account, state.projectId);
    switch (publicKeyType) {
      case 'TYPE_NONE':
        return sendJson(request, reply, shown);
      case 'TYPE_X509_PEM_FILE':
      case 'TYPE_RAW_PUBLIC_KEY': {
        const publicKeyData = showPublicKey(key, publicKeyType);
        return sendJson(request, reply, { ...shown, publicKeyData });
      }
      default:
        throw invalid(`Invalid value at 'public_key_type': ${publicKeyType}`);
    }
  });

  app.delete(KEY, method('delete'), async (request, reply) => {
    permitted(request, 'delete');
    await state.store.write(() => deleteKey(state, userKeyOf(state, request)));
    return sendJson(request, reply, {});
  });

  const setDisabled =
    (disabled: boolean) => async (request: FastifyRequest, reply: FastifyReply) => {
      permitted(request, disabled ? 'disable' : 'enable');
      await state.store.write(() => putKey(state, { ...userKeyOf(state, request), disabled }));
      return sendJson(request, reply, {});
    };
  app.post(`${KEY_CALL}::disable`, method('disable'), setDisabled(true));
  app.post(`${KEY_CALL}::enable`, method('enable'), setDisabled(false));
}

function keyOf(state: IamState, request: FastifyRequest): KeyRecord {
  return requireKey(state, accountOf(state, request), paramsOf<'key'>(request).key);
}

/** Keys that Google manages are its own to disable and delete. */
function userKeyOf(state: IamState, request: FastifyRequest): KeyRecord {
  const key = keyOf(state, request);
  if (key.keyType === 'USER_MANAGED') return key;
  throw invalid('Google-managed keys cannot be changed.');
}

/** `keyTypes`, which may be given several times; all of them unless it is given. */
function keyTypes(request: FastifyRequest): (type: KeyRecord['keyType']) => boolean {
  const asked = valuesOf(request, 'keyTypes');
  for (const type of asked) {
    if (!['USER_MANAGED', 'SYSTEM_MANAGED', 'KEY_TYPE_UNSPECIFIED'].includes(type)) {
      throw invalid(`Invalid value at 'key_types': ${type}`);
    }
  }
  const all = asked.length === 0 || asked.includes('KEY_TYPE_UNSPECIFIED');
  return (type) => all || asked.includes(type);
}
