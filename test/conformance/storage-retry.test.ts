import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CreateBucketRequest, Storage } from '@google-cloud/storage';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts';
import { surroundings } from '../support/machine.ts';
import { calls, type Given, whyNot } from './retry-calls.ts';

/*
 * Google's published retry tests, against Google's Node client: what it retries, and what
 * it must not, shows that faults strike when and as often as they are asked to, that what
 * is done twice is done once, and that an upload goes on where it broke off.
 */
interface Method {
  name: string;
  group?: string;
  resources: string[];
}

interface RetryTest {
  id: number;
  description: string;
  cases: { instructions: string[] }[];
  methods: Method[];
  preconditionProvided: boolean;
  expectSuccess: boolean;
}

const { retryTests } = JSON.parse(
  readFileSync(new URL('./vectors/retry_tests.json', import.meta.url), 'utf8'),
) as { retryTests: RetryTest[] };

const directory = mkdtempSync(join(tmpdir(), 'cloudlab-retry-'));
let sandbox: Sandbox;
let named = 0;

beforeAll(async () => {
  sandbox = await startSandbox({ ...surroundings, dataDir: directory, faults: true });
});

afterAll(async () => {
  await sandbox.close();
  rmSync(directory, { recursive: true, force: true });
});

describe.concurrent.each(retryTests)('$id $description', (retryTest) => {
  const { cases, methods, preconditionProvided: safe, expectSuccess } = retryTest;
  for (const method of methods) {
    const called = method.group ?? method.name;
    const reasonAgainst = (instructions: string[]) => whyNot(retryTest, called, instructions);
    const [reason] = cases.map(({ instructions }) => reasonAgainst(instructions));
    if (reason && cases.every(({ instructions }) => reasonAgainst(instructions) === reason)) {
      test(called, (context) => context.skip(reason));
      continue;
    }
    test.for(cases)(`${called}: $instructions`, async ({ instructions }, context) => {
      const against = reasonAgainst(instructions);
      if (against !== undefined) return context.skip(against);
      const given = await prepare(method, safe);
      const { id } = await ask('POST', '/retry_test', {
        instructions: { [method.name]: instructions },
      });
      given.storage.interceptors.push({
        request: (options) => {
          options.headers = { ...options.headers, 'x-retry-test-id': id };
          return options as ReturnType<(typeof given.storage.interceptors)[number]['request']>;
        },
      });
      const outcome = await calls[called]?.(given).then(
        () => 'done',
        (error: Error) => error,
      );
      if (expectSuccess) expect(outcome).toBe('done');
      else expect(outcome).toBeInstanceOf(Error);
      expect(await ask('GET', `/retry_test/${id}`)).toMatchObject({
        completed: true,
        instructions: { [method.name]: [] },
      });
    });
  }
});

/** Makes what a case needs, with a client that no fault is meant for. */
async function prepare({ name, resources }: Method, safe: boolean): Promise<Given> {
  named += 1;
  const fresh = `retry-${named}`;
  const account = name.startsWith('storage.hmacKey.') ? await createAccount(fresh) : '';
  const calm = client();
  const storage = client();
  const [made] = await calm.createBucket(`${fresh}-bucket`, optionsFor(name));
  const bucket = storage.bucket(made.name);
  bucket.metadata = made.metadata;
  const file = bucket.file('object');
  if (resources.includes('OBJECT')) {
    const kept = made.file(file.name);
    await kept.save('some bytes', { resumable: false });
    file.metadata = kept.metadata;
  }
  const notification = bucket.notification(
    resources.includes('NOTIFICATION')
      ? ((await made.createNotification('retry-topic'))[0].id ?? '')
      : 'none',
  );
  const hmacKey = storage.hmacKey('none');
  if (resources.includes('HMAC_KEY')) {
    const [key] = await calm.createHmacKey(account);
    await key.setMetadata({ state: 'INACTIVE' });
    Object.assign(hmacKey, storage.hmacKey(key.id ?? ''), { metadata: key.metadata });
  }
  if (name === 'storage.buckets.delete') await calm.createBucket(fresh);
  return { storage, bucket, file, hmacKey, notification, account, fresh, safe };
}

/** One a case, for an account has a limited number of keys. */
async function createAccount(accountId: string): Promise<string> {
  const accounts = `/v1/projects/${sandbox.projectId}/serviceAccounts`;
  return (await ask('POST', accounts, { accountId })).email;
}

/** Only a bucket that keeps its objects can be locked. */
function optionsFor(method: string): CreateBucketRequest {
  if (method !== 'storage.buckets.lockRetentionPolicy') return {};
  return { retentionPolicy: { retentionPeriod: 60 } } as CreateBucketRequest;
}

function client(): Storage {
  return new Storage({
    projectId: sandbox.projectId,
    apiEndpoint: sandbox.url,
    useAuthWithCustomEndpoint: false,
    // Short pauses, as in Google's own run of these tests; and a case has up to six failures.
    retryOptions: { retryDelayMultiplier: 0.01, maxRetryDelay: 1, maxRetries: 8 },
  });
}

// biome-ignore lint/suspicious/noExplicitAny: answers of several shapes
async function ask(method: string, path: string, body?: object): Promise<any> {
  const init = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await fetch(`${sandbox.url}${path}`, { method, ...init });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}
