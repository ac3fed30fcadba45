/**
 * Which host keys are believed. The sandbox says its VMs' keys through its own API. Compute
 * Engine's guests publish theirs as guest attributes below `hostkeys/`, if the instance's
 * metadata allows it (`enable-guest-attributes=TRUE`;
 * https://cloud.google.com/compute/docs/metadata/manage-guest-attributes). Where they do
 * not, the first key shown is believed and held on to, which is what `gcloud compute ssh`
 * does: whoever stands in between at that very first login is not noticed.
 */

/** Public keys, such as `ssh-ed25519 AAAA…`, or the first one that is shown. */
export type HostKeyTrust = readonly string[] | 'first-use';

/** The host keys among an instance's guest attributes (`queryPath: 'hostkeys/'`). */
export function hostKeysOf(
  attributes: Iterable<{
    namespace?: string | null;
    key?: string | null;
    value?: string | null;
  }>,
): string[] {
  return [...attributes]
    .filter(({ namespace, key, value }) => namespace === 'hostkeys' && key && value)
    .map(({ key, value }) => `${key} ${value}`);
}

/** A key as it goes over the wire, as OpenSSH writes it in a line. */
export function publicKeyLine(key: Uint8Array): string {
  const bytes = Buffer.from(key.buffer, key.byteOffset, key.byteLength);
  const length = bytes.length < 4 ? 0 : bytes.readUInt32BE(0);
  return `${bytes.subarray(4, 4 + length).toString('latin1')} ${bytes.toString('base64')}`;
}

/** True if the key that a host showed is one that was expected. */
export function trusts(expected: HostKeyTrust, shown: string): boolean {
  return expected === 'first-use' || expected.some((one) => withoutComment(one) === shown);
}

/** Asks the host for a key of a type that can be checked: a machine has one of each type. */
export function hostKeyAlgorithms(expected: HostKeyTrust): { serverHostKey?: HostKeyAlgorithm[] } {
  if (expected === 'first-use') return {};
  const types = new Set(expected.map((line) => line.trim().split(/\s+/)[0] ?? ''));
  const wanted = [...types].flatMap((type) => algorithmsOf[type] ?? []);
  return wanted.length === 0 ? {} : { serverHostKey: wanted };
}

type HostKeyAlgorithm = import('ssh2').ServerHostKeyAlgorithm;

const algorithmsOf: Readonly<Record<string, readonly HostKeyAlgorithm[]>> = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  // The same key signs with either (RFC 8332); SHA-1 signatures are not asked for.
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'],
};

function withoutComment(line: string): string {
  return line.trim().split(/\s+/, 2).join(' ');
}
