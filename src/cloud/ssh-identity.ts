import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { writeFileAtomically } from '../atomic-file.ts';
import { reasonOf, UserError } from '../errors.ts';
import { type Home, prepareHome } from '../home.ts';
import { makeSshKeyPair, type SshKeyPair } from './ssh-key-pair.ts';

/** Where the key pair lies, for OpenSSH's clients. */
export const keyFile = (home: Home): string => join(home.ssh, 'id_ed25519');

/**
 * The key pair with which cloudlab logs in to VMs, made when it is missing; the private half
 * is for this user alone (0600), as ssh insists.
 *
 * @throws UserError as `prepareHome`
 */
export async function openIdentity(home: Home, comment: string): Promise<SshKeyPair> {
  prepareHome(home);
  const path = keyFile(home);
  try {
    mkdirSync(home.ssh, { recursive: true, mode: 0o700 });
    // Who may write there could put another key, or a configuration that runs programs.
    chmodSync(home.ssh, 0o700);
    if (existsSync(path) && existsSync(`${path}.pub`)) {
      chmodSync(path, 0o600);
      const [privateKey, publicKey] = [path, `${path}.pub`].map((one) => readFileSync(one, 'utf8'));
      return { privateKey: privateKey ?? '', publicKey: (publicKey ?? '').trim() };
    }
    const pair = await makeSshKeyPair(comment);
    writeFileAtomically(path, pair.privateKey);
    writeFileAtomically(`${path}.pub`, `${pair.publicKey}\n`, 0o644);
    return pair;
  } catch (error) {
    const reason = reasonOf(error);
    throw new UserError('home-unusable', { path: home.ssh, reason }, { cause: error });
  }
}

/**
 * The name to log in with: this user's own, as `gcloud compute ssh` does, made into one that
 * Linux takes; never root, whom Google's images do not let in.
 */
export function defaultUser(userDirectory: string): string {
  const own = basename(userDirectory.replaceAll('\\', '/'))
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]/g, '')
    .replace(/^[^a-z_]+/, '')
    .slice(0, 32);
  return own === '' || own === 'root' ? 'learner' : own;
}

/**
 * A name that was asked for.
 *
 * @throws UserError `bad-user`
 */
export function checkUser(user: string): string {
  if (!/^[a-z_][a-z0-9_-]{0,31}$/i.test(user) || user === 'root') {
    throw new UserError('bad-user', { user });
  }
  return user;
}
