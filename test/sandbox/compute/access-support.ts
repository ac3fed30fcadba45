import { expect } from 'vitest';
import type { Sandbox, SandboxOptions } from '../../../src/sandbox/server.ts';
import { CLOUD_PLATFORM, claimsOf, exchange, jwt, type KeyFile } from '../iam-support.ts';
import { client, type Reply, start } from '../support.ts';
import { ZONE } from './instance-support.ts';

export const PROJECT = 'cloudlab-sandbox';
export const HERE = `/compute/v1/projects/${PROJECT}`;
export const REGION = ZONE.slice(0, -2);
const CONTROL = 'a control token';

/** Somebody who sends requests with his token. */
export interface Person {
  readonly email: string;
  readonly token: string;
  ask(method: string, path: string, body?: unknown): Promise<Reply>;
}

const asking =
  (sandbox: Sandbox, token: string) => (method: string, path: string, body?: unknown) =>
    client(sandbox).call(method, path, {
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });

/** A sandbox, the learner who owns its project, and whoever he lets in. */
export async function startHeld(options: Partial<SandboxOptions> = {}) {
  const sandbox = await start({ auth: 'enforce', controlToken: CONTROL, ...options });
  const { json } = await client(sandbox).call('POST', '/_cloudlab/token', {
    headers: { authorization: `Bearer ${CONTROL}` },
  });
  const owner: Person = {
    email: json.email,
    token: json.accessToken,
    ask: asking(sandbox, json.accessToken),
  };
  const sent = async (reply: Promise<Reply>) => {
    const { status, text, json } = await reply;
    expect([status, text]).toEqual([200, expect.anything()]);
    return json;
  };
  /** Gives somebody a role in the project. */
  async function grant(role: string, member: string, condition?: object): Promise<void> {
    const path = `/v1/projects/${PROJECT}`;
    const options = { options: { requestedPolicyVersion: 3 } };
    const policy = await sent(owner.ask('POST', `${path}:getIamPolicy`, options));
    const bindings = [
      ...policy.bindings,
      { role, members: [member], ...(condition && { condition }) },
    ];
    await sent(
      owner.ask('POST', `${path}:setIamPolicy`, { policy: { ...policy, version: 3, bindings } }),
    );
  }
  /** A new service account with these roles, and a token of it. */
  async function person(
    name: string,
    roles: readonly string[] = [],
    scope = [CLOUD_PLATFORM],
  ): Promise<Person> {
    const accounts = `/v1/projects/${PROJECT}/serviceAccounts`;
    const { email } = await sent(owner.ask('POST', accounts, { accountId: `test-${name}` }));
    for (const role of roles) await grant(role, `serviceAccount:${email}`);
    const key = await sent(
      owner.ask('POST', `${accounts}/${email}/keys`, { keyAlgorithm: 'KEY_ALG_RSA_1024' }),
    );
    const file: KeyFile = JSON.parse(Buffer.from(key.privateKeyData, 'base64').toString());
    const claims = claimsOf(file, { scope: scope.join(' ') });
    const { access_token: token } = await sent(exchange(sandbox, jwt(claims, file.private_key)));
    return { email, token, ask: asking(sandbox, token) };
  }
  return { sandbox, owner, person, grant, http: client(sandbox) };
}

/** Waits for the operation that a reply holds. */
export async function done(who: Person, reply: Reply): Promise<Reply['json']> {
  expect([reply.status, reply.text]).toEqual([200, expect.anything()]);
  const { pathname } = new URL(reply.json.selfLink);
  const { json } = await who.ask('POST', `${pathname}/wait`);
  expect(json.error).toBeUndefined();
  return json;
}
