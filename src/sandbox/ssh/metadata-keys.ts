/**
 * The metadata entry `ssh-keys`
 * (https://cloud.google.com/compute/docs/connect/add-ssh-keys#metadata): a line a key,
 *
 *     USER:ssh-ed25519 AAAA… comment
 *     USER:ssh-rsa AAAA… google-ssh {"userName":"me@example.com","expireOn":"2026-01-02T03:04:05+0000"}
 *
 * The guest agent makes the users, and writes the keys that have not expired into their
 * `authorized_keys`. A line it cannot read it leaves out
 * (https://github.com/GoogleCloudPlatform/guest-agent, `getUserKeys`).
 */
import * as z from 'zod';

export interface MetadataKey {
  user: string;
  /** `ssh-ed25519 AAAA…`: type and key, nothing behind them. */
  key: string;
  expires?: Date;
}

/** Reads one line; undefined where there is nothing in it that could log anybody in. */
export function parseMetadataKey(line: string): MetadataKey | undefined {
  if (line.length > MAX_LINE) return undefined;
  const colon = line.indexOf(':');
  const user = line.slice(0, Math.max(0, colon)).trim();
  if (!USER_NAME.test(user)) return undefined;
  const words = line
    .slice(colon + 1)
    .trim()
    .split(/\s+/);
  const [type = '', blob = '', comment, ...rest] = words;
  if (!KEY_TYPES.has(type) || !/^[A-Za-z0-9+/]+={0,2}$/.test(blob)) return undefined;
  const key = `${type} ${blob}`;
  if (comment !== 'google-ssh') return { user, key };
  const expires = expiryIn(rest.join(' '));
  return expires === undefined ? undefined : { user, key, expires };
}

/** The users whose keys are in force: whom the guest has to know. */
export function usersIn(lines: readonly string[], now: Date): string[] {
  return [...new Set(keysInForce(lines, now).map(({ user }) => user))];
}

/** The keys that let a user log in now. */
export function keysFor(lines: readonly string[], user: string, now: Date): string[] {
  return keysInForce(lines, now)
    .filter((one) => one.user === user)
    .map(({ key }) => key);
}

function keysInForce(lines: readonly string[], now: Date): MetadataKey[] {
  return lines
    .flatMap((line) => parseMetadataKey(line) ?? [])
    .filter(({ expires }) => expires === undefined || expires > now);
}

/** The guest agent drops a key whose expiry it cannot read. */
function expiryIn(text: string): Date | undefined {
  try {
    const { expireOn } = expirySchema.parse(JSON.parse(text));
    // Written as 2026-01-02T03:04:05+0000, which is not quite ISO 8601.
    const time = new Date(expireOn.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
    return Number.isNaN(time.getTime()) ? undefined : time;
  } catch {
    return undefined;
  }
}

const expirySchema = z.object({ userName: z.string(), expireOn: z.string() });

/** useradd's rule on Debian, with the capitals that GCE allows. */
const USER_NAME = /^[A-Za-z_][A-Za-z0-9_.-]{0,31}$/;

const KEY_TYPES = new Set([
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'ssh-rsa',
]);

const MAX_LINE = 16 * 1024;
