import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { Store } from '../../src/sandbox/disk/store.ts';
import { acceptCondition } from '../../src/sandbox/iam/conditions/conditions.ts';
import { type IamState, openState } from '../../src/sandbox/iam/state.ts';
import type { Binding, Caller } from '../../src/sandbox/identity.ts';
import type { Sandbox, SandboxOptions } from '../../src/sandbox/server.ts';
import type { BaseHost } from '../../src/sandbox/services.ts';
import { surroundings } from '../support/machine.ts';
import { bearer, CLOUD_PLATFORM } from './iam-support.ts';
import { manualClock, type Reply, start, tempDir } from './support.ts';

export const PROJECT = 'cloudlab-sandbox';
export const ACCOUNTS = `/v1/projects/${PROJECT}/serviceAccounts`;
export const LEARNER = 'user:learner@example.com';
export const emailOf = (id: string) => `${id}@${PROJECT}.iam.gserviceaccount.com`;
export const memberOf = (id: string) => `serviceAccount:${emailOf(id)}`;

/** Sends JSON in somebody's name, or in nobody's. */
export function sender(sandbox: Sandbox, token?: string) {
  return async (method: string, path: string, body?: object): Promise<Reply> => {
    const response = await fetch(`${sandbox.url}${path}`, {
      method,
      headers: token === undefined ? {} : bearer(token),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const { status, headers } = response;
    return { status, headers, text, json: text === '' ? undefined : JSON.parse(text) };
  };
}

export type Send = ReturnType<typeof sender>;

/** A sandbox in which nobody is the owner without proving it, and its learner. */
export async function enforced(options: Partial<SandboxOptions> = {}) {
  const sandbox = await start({ auth: 'enforce', controlToken: 'control', ...options });
  const { json } = await sender(sandbox, 'control')('POST', '/_cloudlab/token');
  return { sandbox, nobody: sender(sandbox), learner: sender(sandbox, json.accessToken) };
}

/** Reads the project's policy, changes its bindings and sets it, as every client does. */
export async function changePolicy(
  send: Send,
  change: (bindings: Binding[]) => Binding[],
  path = `/v1/projects/${PROJECT}`,
): Promise<Reply> {
  const options = { requestedPolicyVersion: 3 };
  const { json } = await send('POST', `${path}:getIamPolicy?options.requestedPolicyVersion=3`, {
    ...(path.includes('serviceAccounts') ? {} : { options }),
  });
  const bindings = change(json.bindings ?? []);
  return send('POST', `${path}:setIamPolicy`, { policy: { ...json, version: 3, bindings } });
}

export async function grant(send: Send, role: string, member: string, path?: string) {
  const set = await changePolicy(send, (all) => [...all, { role, members: [member] }], path);
  expect(set.status, set.text).toBe(200);
}

/** Makes a service account and sends in its name: the learner may act as it. */
export async function actor(sandbox: Sandbox, learner: Send, id: string): Promise<Send> {
  const made = await learner('POST', ACCOUNTS, { accountId: id });
  expect(made.status, made.text).toBe(200);
  const path = `${ACCOUNTS}/${emailOf(id)}`;
  await grant(learner, 'roles/iam.serviceAccountTokenCreator', LEARNER, path);
  const { json } = await learner('POST', `${path}:generateAccessToken`, {
    scope: [CLOUD_PLATFORM],
  });
  return sender(sandbox, json.accessToken);
}

/** What IAM decides by, without a server before it. */
export async function iamState(clock = manualClock()): Promise<IamState> {
  const store = new Store(join(await tempDir(), 'metadata'));
  onTestFinished(() => store.close());
  const { randomBytes } = surroundings;
  const project = { projectId: PROJECT, projectNumber: '100000000001' };
  const times = { clock: clock.now, wallClock: clock.now };
  const host = { ...project, ...times, store, randomBytes, auth: 'enforce', log: () => undefined };
  const state = openState(host as unknown as BaseHost);
  await acceptCondition(state, 'true');
  return state;
}

/** Somebody who has proven that he is this member. */
export const callerOf = (member: string | undefined, sets: readonly string[] = []): Caller => ({
  ...{ member, sets, unlimited: false },
  name: member?.replace(/^\w+:/, '') ?? 'anonymous',
});
