/**
 * Files that the learner's tools read instead of the user's own: gcloud's configuration
 * directory, Application Default Credentials, the AWS tools' keys, gsutil's configuration.
 * They lie in the home, so that nothing of the user's is read or changed.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { writeFileAtomically } from '../atomic-file.ts';
import type { Home } from '../home.ts';
import { makeDirectory } from '../make-directory.ts';
import { type ClientFiles, gsutilConfigFor, type HmacKey, type Learner } from './client-env.ts';
import { call, type SandboxAddress } from './running-sandbox.ts';

/** Writes the files for a sandbox; what is right already stays. */
export async function writeClientFiles(
  home: Pick<Home, 'clients' | 'gsutilConfig'>,
  address: Pick<SandboxAddress, 'url' | 'tls' | 'auth'>,
  project: string,
  learner: Learner | undefined,
): Promise<ClientFiles> {
  const { url, tls, auth } = address;
  const at = (...names: string[]) => join(home.clients, ...names);
  for (const folder of ['gcloud', 'aws']) makeDirectory(at(folder));
  const files: ClientFiles = {
    gcloudConfig: at('gcloud'),
    applicationCredentials: learner && at('application-credentials.json'),
    awsConfig: at('aws', 'config'),
    awsCredentials: at('aws', 'credentials'),
    gsutilConfig: tls === undefined ? at('gsutil.boto') : home.gsutilConfig,
  };
  if (learner !== undefined && files.applicationCredentials !== undefined) {
    write(files.applicationCredentials, applicationCredentials(url, project, learner));
  }
  write(files.awsConfig, '[default]\nregion = us-east-1\n');
  const key = await keepAwsKey(files.awsCredentials, url, project, learner);
  // gsutil asks over TLS only: without it, it is to fail here and now, not to reach the user's account.
  const signing = auth === 'enforce' ? key : undefined;
  write(files.gsutilConfig, tls ? gsutilConfigFor(tls, project, signing) : gsutilToNowhere(url));
  return files;
}

function write(path: string, text: string): void {
  if (readOrEmpty(path) !== text) writeFileAtomically(path, text);
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/**
 * Credentials that Google's libraries of every language understand: they exchange what lies in
 * a file, here the learner's token, for an access token at an address of our choice.
 * https://google.aip.dev/auth/4117
 *
 * The audience names no project: Python's and Node's would ask Google's own Resource Manager,
 * with the learner's token, what it is called.
 */
export function applicationCredentials(
  url: string,
  project: string,
  { tokenFile }: Pick<Learner, 'tokenFile'>,
): string {
  return `${JSON.stringify(
    {
      type: 'external_account',
      audience: '//iam.googleapis.com/locations/global/workforcePools/cloudlab/providers/learner',
      subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      token_url: `${url}/v1/token`,
      credential_source: { file: tokenFile },
      quota_project_id: project,
    },
    null,
    2,
  )}\n`;
}

/**
 * A key for the tools that speak S3: one of the Compute Engine default service account, for
 * users have such keys in Google's console only. The one that was made before serves as long
 * as the sandbox knows it.
 */
async function keepAwsKey(
  path: string,
  url: string,
  project: string,
  learner: Learner | undefined,
): Promise<HmacKey | undefined> {
  const keys = `${url}/storage/v1/projects/${project}/hmacKeys`;
  const kept = /^aws_access_key_id = (\S+)\naws_secret_access_key = (\S+)$/m;
  const [, accessId, secret] = kept.exec(readOrEmpty(path)) ?? [];
  if (accessId !== undefined && secret !== undefined) {
    const { status, body } = await call(`${keys}/${accessId}`, 'GET', learner?.token);
    const found = z.safeParse(z.object({ state: z.literal('ACTIVE') }), body);
    if (status === 200 && found.success) return { accessId, secret };
  }
  const account = await defaultAccount(url, project, learner);
  const made =
    account === undefined
      ? undefined
      : await call(`${keys}?serviceAccountEmail=${account}`, 'POST', learner?.token);
  const parsed = z.safeParse(keySchema, made?.body);
  // Who has removed or disabled the account gets no key; the tools say that there is none.
  if (!parsed.success) {
    writeFileAtomically(path, '');
    return undefined;
  }
  const key = { accessId: parsed.data.metadata.accessId, secret: parsed.data.secret };
  const lines = [`aws_access_key_id = ${key.accessId}`, `aws_secret_access_key = ${key.secret}`];
  writeFileAtomically(path, `[default]\n${lines.join('\n')}\n`);
  return key;
}

const keySchema = z.object({ secret: z.string(), metadata: z.object({ accessId: z.string() }) });
const accountsSchema = z.object({ accounts: z.array(z.object({ email: z.string() })) });

async function defaultAccount(
  url: string,
  project: string,
  learner: Learner | undefined,
): Promise<string | undefined> {
  const path = `${url}/v1/projects/${project}/serviceAccounts`;
  const parsed = z.safeParse(accountsSchema, (await call(path, 'GET', learner?.token)).body);
  const emails = parsed.success ? parsed.data.accounts.map(({ email }) => email) : [];
  return emails.find((email) => email.endsWith('-compute@developer.gserviceaccount.com'));
}

function gsutilToNowhere(url: string): string {
  const { hostname, port } = new URL(url);
  const hosts = ['gs_json', 'gs'].flatMap((name) => [
    `${name}_host = ${hostname}`,
    `${name}_port = ${port}`,
  ]);
  return ['[Credentials]', ...hosts, '[Boto]', 'num_retries = 0', ''].join('\n');
}
