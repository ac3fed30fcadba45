/**
 * Service accounts, their keys and their policies: the few methods of the IAM API that missions
 * use. There is a generated client of the whole API (`@googleapis/iam`), which brings a second,
 * older copy of Google's auth library along; these methods are each one request with a JSON body,
 * sent by an `AuthClient` of the auth library that is here anyway, which also repeats what failed.
 *
 *     POST   /v1/projects/P/serviceAccounts            {accountId, serviceAccount}
 *     GET    /v1/projects/P/serviceAccounts/EMAIL
 *     POST   /v1/projects/P/serviceAccounts/EMAIL:setIamPolicy   {policy}
 *     POST   /v1/projects/P/serviceAccounts/EMAIL/keys
 *
 * https://docs.cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts
 * https://docs.cloud.google.com/resource-manager/reference/rest/v1/projects/getIamPolicy
 */
import * as z from 'zod/mini';
import type { ApiRequest } from './request.ts';

const accountSchema = z.object({
  email: z.string(),
  uniqueId: z.string(),
  displayName: z.optional(z.string()),
  description: z.optional(z.string()),
});

const keySchema = z.object({
  /** `projects/P/serviceAccounts/EMAIL/keys/ID` */
  name: z.string(),
  keyType: z.optional(z.string()),
  disabled: z.optional(z.boolean()),
});

const policySchema = z.object({
  version: z.optional(z.number()),
  etag: z.optional(z.string()),
  bindings: z.optional(
    z.array(z.looseObject({ role: z.string(), members: z.optional(z.array(z.string())) })),
  ),
});

export type ServiceAccount = z.infer<typeof accountSchema>;
export type ServiceAccountKey = z.infer<typeof keySchema>;
export type IamPolicy = z.infer<typeof policySchema>;

/** Each method rejects with an `ApiCallError`, whose `code` is the HTTP status. */
export interface IamClient {
  /** @param accountId what stands before the `@`: 6 to 30 characters */
  createAccount(accountId: string, description: string): Promise<ServiceAccount>;
  getAccount(email: string): Promise<ServiceAccount>;
  /** All of the project, every page of them. */
  listAccounts(): Promise<readonly ServiceAccount[]>;
  deleteAccount(email: string): Promise<void>;
  /** @returns the key file that Google hands out once: JSON */
  createKey(email: string): Promise<string>;
  /** The keys that somebody has downloaded or uploaded; not those that Google keeps for itself. */
  listKeys(email: string): Promise<readonly ServiceAccountKey[]>;
  deleteKey(name: string): Promise<void>;
  /** Who may use the account, or change it. */
  accountPolicy(email: string): Promise<IamPolicy>;
  setAccountPolicy(email: string, policy: IamPolicy): Promise<void>;
  /** Who has which role on the whole project. */
  projectPolicy(): Promise<IamPolicy>;
}

/** @param request sends a request to the API of that name */
export function iamClient(request: ApiRequest, project: string): IamClient {
  const root = `/v1/projects/${project}/serviceAccounts`;
  const iam = (verb: Parameters<ApiRequest>[1], path: string, body?: object) =>
    request('iam', verb, path, body);
  return {
    async createAccount(accountId, description) {
      const body = { accountId, serviceAccount: { description } };
      return z.parse(accountSchema, await iam('POST', root, body));
    },

    getAccount: async (email) => z.parse(accountSchema, await iam('GET', `${root}/${email}`)),

    async listAccounts() {
      const accounts: ServiceAccount[] = [];
      let token = '';
      do {
        const page = z.parse(
          accountsSchema,
          await iam('GET', `${root}?pageSize=100&pageToken=${encodeURIComponent(token)}`),
        );
        accounts.push(...(page.accounts ?? []));
        token = page.nextPageToken ?? '';
      } while (token !== '');
      return accounts;
    },

    deleteAccount: async (email) => void (await iam('DELETE', `${root}/${email}`)),

    async createKey(email) {
      const { privateKeyData } = z.parse(
        newKeySchema,
        await iam('POST', `${root}/${email}/keys`, {}),
      );
      return Buffer.from(privateKeyData, 'base64').toString('utf8');
    },

    async listKeys(email) {
      const answer = await iam('GET', `${root}/${email}/keys?keyTypes=USER_MANAGED`);
      return z.parse(keysSchema, answer).keys ?? [];
    },

    deleteKey: async (name) => void (await iam('DELETE', `/v1/${name}`)),

    accountPolicy: async (email) =>
      z.parse(
        policySchema,
        await iam('POST', `${root}/${email}:getIamPolicy?options.requestedPolicyVersion=3`),
      ),

    setAccountPolicy: async (email, policy) =>
      void (await iam('POST', `${root}/${email}:setIamPolicy`, { policy })),

    async projectPolicy() {
      const path = `/v1/projects/${project}:getIamPolicy`;
      const body = { options: { requestedPolicyVersion: 3 } };
      return z.parse(policySchema, await request('cloudresourcemanager', 'POST', path, body));
    },
  };
}

const accountsSchema = z.object({
  accounts: z.optional(z.array(accountSchema)),
  nextPageToken: z.optional(z.string()),
});
const keysSchema = z.object({ keys: z.optional(z.array(keySchema)) });
const newKeySchema = z.object({ privateKeyData: z.string() });
