/**
 * Makes a VM know a public key: a line in the project's metadata entry `ssh-keys`, as
 * `gcloud compute ssh` adds it; in the instance's own, where that blocks the project's keys
 * (https://cloud.google.com/compute/docs/connect/add-ssh-keys#metadata). Metadata is replaced
 * whole, by whoever knows the fingerprint of what is there: 412 means that somebody else was
 * faster, so it is read again.
 */
import * as z from 'zod/mini';
import { reasonOf, UserError } from '../errors.ts';
import { call } from './running-sandbox.ts';

export interface KeyOwner {
  /** Where the sandbox's API is found. */
  readonly url: string;
  readonly project: string;
  readonly zone: string;
  readonly vm: string;
  readonly user: string;
  /** `ssh-ed25519 AAAA… comment` */
  readonly publicKey: string;
  /** With which to say who asks; undefined where nobody wants to know. */
  readonly token?: string | undefined;
}

/**
 * Adds the key unless it is there. Other keys, and every other entry, stay.
 *
 * @throws UserError `ssh-keys-unwritable`
 */
export async function authorizeKey(owner: KeyOwner): Promise<void> {
  const { url, project, zone, vm, token } = owner;
  const root = `${url}/compute/v1/projects/${project}`;
  const instance = `${root}/zones/${zone}/instances/${vm}`;
  try {
    const own = z.parse(instanceSchema, await get(instance, token)).metadata;
    const blocks = entry(own, 'block-project-ssh-keys')?.toLowerCase() === 'true';
    if (has(own, owner)) return;
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const found = blocks
        ? z.parse(instanceSchema, await get(instance, token)).metadata
        : z.parse(projectSchema, await get(root, token)).commonInstanceMetadata;
      if (has(found, owner)) return;
      const target = blocks ? `${instance}/setMetadata` : `${root}/setCommonInstanceMetadata`;
      const { status, body } = await call(target, 'POST', token, {
        json: withKey(found, owner),
      });
      if (status === 200) return await waited(url, token, body);
      if (status !== 412) throw new Error(messageOf(body) ?? `HTTP ${status}`);
    }
    throw new Error('the metadata changes all the time');
  } catch (error) {
    throw new UserError('ssh-keys-unwritable', { reason: reasonOf(error) }, { cause: error });
  }
}

const MOST_TRIES = 5;

const metadataSchema = z.object({
  fingerprint: z.optional(z.string()),
  items: z.optional(z.array(z.object({ key: z.string(), value: z.optional(z.string()) }))),
});

type Metadata = z.infer<typeof metadataSchema>;

const empty: Metadata = {};
const projectSchema = z.object({ commonInstanceMetadata: z._default(metadataSchema, empty) });
const instanceSchema = z.object({ metadata: z._default(metadataSchema, empty) });
const operationSchema = z.object({ selfLink: z.string(), status: z.string() });
const errorSchema = z.object({ error: z.object({ message: z.string() }) });

function entry({ items = [] }: Metadata, key: string): string | undefined {
  return items.find((item) => item.key === key)?.value;
}

function has(metadata: Metadata, { user, publicKey }: KeyOwner): boolean {
  const [type, blob] = publicKey.split(' ');
  const lines = entry(metadata, 'ssh-keys')?.split('\n') ?? [];
  // A key of google-ssh may have expired, which is for the VM to say.
  return lines.some(
    (line) => line.startsWith(`${user}:${type} ${blob}`) && !line.includes(' google-ssh '),
  );
}

function withKey(metadata: Metadata, { user, publicKey }: KeyOwner): Metadata {
  const others = (metadata.items ?? []).filter(({ key }) => key !== 'ssh-keys');
  const lines = [entry(metadata, 'ssh-keys')?.trimEnd(), `${user}:${publicKey}`];
  return {
    ...metadata,
    items: [...others, { key: 'ssh-keys', value: lines.filter(Boolean).join('\n') }],
  };
}

async function get(url: string, token: string | undefined): Promise<unknown> {
  const { status, body } = await call(url, 'GET', token);
  if (status !== 200) throw new Error(messageOf(body) ?? `HTTP ${status}`);
  return body;
}

/** `wait` answers when the operation is done, or after two minutes. */
async function waited(url: string, token: string | undefined, body: unknown): Promise<void> {
  const { selfLink, status } = z.parse(operationSchema, body);
  if (status === 'DONE') return;
  const path = new URL(selfLink).pathname;
  await call(`${url}${path}/wait`, 'POST', token, { timeout: 120_000 });
}

function messageOf(body: unknown): string | undefined {
  const parsed = z.safeParse(errorSchema, body);
  return parsed.success ? parsed.data.error.message : undefined;
}
