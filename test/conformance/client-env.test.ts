import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type TestContext, test } from 'vitest';
import { startSandbox } from '../../src/library.ts';
import { temporaryDirectory } from '../support/directories.ts';
import { pythonWith } from './python.ts';
import { requireTool, run } from './tools.ts';

/*
 * The environment of `cloudlab shell`, `exec` and `env` where callers have to prove who they
 * are: each client comes as somebody, by what it reads of it and nothing else.
 */

/** An environment with nothing of this machine's in it but where programs lie. */
async function openSession(context: TestContext) {
  const sandbox = await startSandbox({
    auth: 'enforce',
    seed: { buckets: { 'seeded-bucket': { 'hello.txt': 'hello' } } },
  });
  context.onTestFinished(() => sandbox.stop());
  const dir = temporaryDirectory();
  const { PATH = '' } = process.env;
  const env = { PATH, HOME: dir, LANG: 'C.UTF-8', ...sandbox.env };
  return {
    sandbox,
    dir,
    env,
    in: (program: string, ...args: string[]) => run(program, args, { env, cwd: dir }),
  };
}

test('curl shows the token of the file, and is refused without it', async (context) => {
  await requireTool(context, 'curl', 'curl');
  const session = await openSession(context);
  const url = '"$CLOUDLAB_URL/storage/v1/b?project=$GOOGLE_CLOUD_PROJECT"';
  const code = `-s -o answer.json -w '%{http_code}'`;
  const token = '-H "Authorization: Bearer $(cat "$CLOUDLAB_TOKEN_FILE")"';
  expect((await session.in('sh', '-c', `curl ${code} ${url}`)).stdout).toBe('401');
  expect((await session.in('sh', '-c', `curl ${code} ${token} ${url}`)).stdout).toBe('200');
});

test('Python finds its credentials and the endpoint', { timeout: 240_000 }, async (context) => {
  const python = await pythonWith(context, 'google-cloud-storage==3.17.1');
  const { in: inside } = await openSession(context);
  const script = `
from google.cloud import storage
client = storage.Client()
bucket = client.bucket("seeded-bucket")
bucket.blob("from-python.txt").upload_from_string("hi")
print(client.project, bucket.blob("hello.txt").download_as_text(), sorted(b.name for b in bucket.list_blobs()))`;
  const { stdout } = await inside(python, '-c', script);
  expect(stdout).toBe("cloudlab-sandbox hello ['from-python.txt', 'hello.txt']\n");
});

test('Node.js finds its credentials, told the endpoint', async (context) => {
  const { dir, in: inside } = await openSession(context);
  const library = import.meta.resolve('@google-cloud/storage');
  writeFileSync(
    join(dir, 'main.mjs'),
    `import { Storage } from ${JSON.stringify(library)};
const storage = new Storage({ apiEndpoint: process.env.CLOUDLAB_URL, useAuthWithCustomEndpoint: true });
const bucket = storage.bucket('seeded-bucket');
await bucket.file('from-node.txt').save('hi', { resumable: false });
const [content] = await bucket.file('hello.txt').download();
console.log(await storage.getProjectId(), content.toString());`,
  );
  const { stdout } = await inside(process.execPath, 'main.mjs');
  expect(stdout).toBe('cloudlab-sandbox hello\n');
});

test('gcloud acts as the learner, in a configuration of its own', {
  timeout: 90_000,
}, async (context) => {
  await requireTool(context, 'gcloud', 'Google Cloud SDK');
  const { in: gcloud } = await openSession(context);
  await gcloud('gcloud', 'storage', 'buckets', 'create', 'gs://made-by-gcloud');
  const listed = await gcloud('gcloud', 'storage', 'ls', 'gs://seeded-bucket');
  expect(listed.stdout).toBe('gs://seeded-bucket/hello.txt\n');
  // An API that the sandbox lacks says so, and the real one is not asked.
  const missing = gcloud('gcloud', 'pubsub', 'topics', 'list');
  await expect(missing).rejects.toThrow(/does not have this API \(pubsub\) yet/);
});

test('aws signs with a key of its own', { timeout: 60_000 }, async (context) => {
  await requireTool(context, 'aws', 'AWS CLI');
  const { in: inside } = await openSession(context);
  const { stdout } = await inside('aws', 's3', 'cp', 's3://seeded-bucket/hello.txt', '-');
  expect(stdout).toBe('hello');
});
