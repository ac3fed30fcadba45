import { createVerify, X509Certificate } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { client } from '../sandbox/support.ts';
import { startGcloud } from './gcloud.ts';

/*
 * `gcloud iam service-accounts`, `gcloud storage hmac` and `gcloud storage sign-url`,
 * unmodified. Every call takes a second or two, so it is one sequence.
 */
test('a session with gcloud about identities', { timeout: 180_000 }, async (context) => {
  const { sandbox, dir, gcloud: anyGcloud } = await startGcloud(context, {}, { anonymous: true });
  const gcloud = (...args: string[]) => anyGcloud(...args, '--format=json');
  const email = `reporter@${sandbox.projectId}.iam.gserviceaccount.com`;

  await gcloud('iam', 'service-accounts', 'create', 'reporter', '--display-name=Reports');
  await expect(gcloud('iam', 'service-accounts', 'create', 'reporter')).rejects.toThrow(
    /already exists within project/,
  );
  const accounts = JSON.parse(await gcloud('iam', 'service-accounts', 'list'));
  expect(accounts.map((account: { email: string }) => account.email)).toContain(email);

  const keyFile = join(dir, 'key.json');
  await gcloud('iam', 'service-accounts', 'keys', 'create', keyFile, `--iam-account=${email}`);
  expect(JSON.parse(await readFile(keyFile, 'utf8'))).toMatchObject({ client_email: email });
  expect((await stat(keyFile)).mode & 0o077).toBe(0);

  const [plain, mark] = [join(dir, 'plain'), join(dir, 'mark')];
  await writeFile(plain, 'to be signed');
  await gcloud('iam', 'service-accounts', 'sign-blob', plain, mark, `--iam-account=${email}`);
  const keys = JSON.parse(
    await gcloud(
      ...['iam', 'service-accounts', 'keys', 'list', `--iam-account=${email}`],
      '--managed-by=system',
    ),
  );
  const http = client(sandbox);
  const shown = await http.get(`/v1/${keys[0].name}?publicKeyType=TYPE_X509_PEM_FILE`);
  const { publicKey } = new X509Certificate(Buffer.from(shown.json.publicKeyData, 'base64'));
  const verify = createVerify('RSA-SHA256').update('to be signed');
  expect(verify.verify(publicKey, await readFile(mark))).toBe(true);

  const created = JSON.parse(await gcloud('storage', 'hmac', 'create', email));
  const { accessId } = created.metadata;
  expect(created.secret).toHaveLength(40);
  await expect(gcloud('storage', 'hmac', 'delete', accessId)).rejects.toThrow(/ACTIVE state/);
  await gcloud('storage', 'hmac', 'update', accessId, '--deactivate');
  const listed = JSON.parse(await gcloud('storage', 'hmac', 'list'));
  expect(listed).toMatchObject([{ accessId, state: 'INACTIVE' }]);
  await gcloud('storage', 'hmac', 'delete', accessId);
  expect(JSON.parse(await gcloud('storage', 'hmac', 'list'))).toEqual([]);

  await http.bucket('gcloud-signed');
  await http.upload('gcloud-signed', 'a b/report.txt', 'the report');
  const [url] = JSON.parse(
    await gcloud(
      ...['storage', 'sign-url', 'gs://gcloud-signed/a b/report.txt', '--duration=5m'],
      `--private-key-file=${keyFile}`,
    ),
  );
  const got = await fetch(url.signed_url);
  expect([got.status, await got.text()]).toEqual([200, 'the report']);
  expect((await fetch(url.signed_url, { method: 'DELETE' })).status).toBe(403);
});
