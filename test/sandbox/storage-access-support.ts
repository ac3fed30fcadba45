import { expect } from 'vitest';
import type { Sandbox, SandboxOptions } from '../../src/sandbox/server.ts';
import { bearer, claimsOf, exchange, jwt } from './iam-support.ts';
import { start } from './support.ts';
import { type RawReply, raw } from './xml-support.ts';

/** Where everything of these tests is that a policy can be put on. */
export const BUCKET = 'vault';
export const PROJECT = 'cloudlab-sandbox';

/** Sends requests in somebody's name. */
export interface Sender {
  /** As policies name him. */
  readonly member: string;
  /** Sends JSON if the body is an object, and bytes otherwise. */
  send(method: string, path: string, body?: object | string, headers?: Headers): Promise<Answer>;
}

export interface Answer extends RawReply {
  // biome-ignore lint/suspicious/noExplicitAny: answers have many shapes
  json: any;
}

type Headers = Record<string, string>;

/** Somebody whose requests carry these headers. */
export function sender(sandbox: Sandbox, member: string, who: Headers = {}): Sender {
  return {
    member,
    async send(method, path, body, headers = {}) {
      const isJson = typeof body === 'object';
      const reply = await raw(sandbox, method, path, {
        headers: { ...(isJson ? { 'content-type': 'application/json' } : {}), ...headers, ...who },
        ...(body === undefined ? {} : { body: isJson ? JSON.stringify(body) : body }),
      });
      const json = reply.headers['content-type']?.startsWith('application/json')
        ? JSON.parse(reply.text || '{}')
        : undefined;
      return { ...reply, json };
    },
  };
}

/** A sandbox that asks who comes, its learner, and nobody. */
export async function enforcing(options: Partial<SandboxOptions> = {}) {
  const sandbox = await start({ auth: 'enforce', controlToken: 'control', ...options });
  const nobody = sender(sandbox, 'allUsers');
  const { json } = await nobody.send('POST', '/_cloudlab/token', undefined, {
    authorization: 'Bearer control',
  });
  const learner = sender(sandbox, `user:${json.email}`, bearer(json.accessToken));
  return { sandbox, nobody, learner, learnerToken: json.accessToken as string };
}

/** A service account with a key, which it exchanges for a token of these scopes. */
export async function account(sandbox: Sandbox, learner: Sender, accountId: string) {
  const path = `/v1/projects/${PROJECT}/serviceAccounts`;
  const made = await learner.send('POST', path, { accountId });
  expect(made.status, made.text).toBe(200);
  const { email } = made.json;
  const key = await learner.send('POST', `${path}/${email}/keys`, {
    keyAlgorithm: 'KEY_ALG_RSA_1024',
  });
  const file = JSON.parse(Buffer.from(key.json.privateKeyData, 'base64').toString());
  const withScope = async (scope?: string): Promise<Sender> => {
    const claims = claimsOf(file, scope === undefined ? {} : { scope });
    const { json } = await exchange(sandbox, jwt(claims, file.private_key));
    return sender(sandbox, `serviceAccount:${email}`, bearer(json.access_token));
  };
  return { ...(await withScope()), email: email as string, file, withScope };
}

export interface Binding {
  role: string;
  members: string[];
  condition?: { title: string; expression: string };
}

/** Adds to a bucket's policy. */
export async function grant(learner: Sender, bucket: string, ...bindings: Binding[]) {
  const path = `/storage/v1/b/${bucket}/iam`;
  const policy = (await learner.send('GET', `${path}?optionsRequestedPolicyVersion=3`)).json;
  const reply = await learner.send('PUT', path, {
    ...policy,
    version: 3,
    bindings: [...(policy.bindings ?? []), ...bindings],
  });
  expect(reply.status, reply.text).toBe(200);
}
