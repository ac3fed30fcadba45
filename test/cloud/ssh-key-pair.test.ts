import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ssh2, { type ParsedKey } from 'ssh2';
import { expect, it } from 'vitest';
import { makeSshKeyPair } from '../../src/cloud/ssh-key-pair.ts';
import { requireTool } from '../conformance/tools.ts';
import { tempDir } from '../sandbox/support.ts';

it('makes keys that sign, the ones that begin with a zero too', async () => {
  const data = Buffer.from('to be signed');
  for (let count = 0; count < 600; count += 1) {
    const pair = await makeSshKeyPair('me@here');
    const secret = ssh2.utils.parseKey(pair.privateKey) as ParsedKey;
    const known = ssh2.utils.parseKey(pair.publicKey) as ParsedKey;
    expect(known.verify(data, secret.sign(data) as Buffer)).toBe(true);
  }
});

it('makes keys that OpenSSH reads', async (context) => {
  await requireTool(context, 'ssh', 'openssh-client', '-V');
  const file = join(await tempDir(), 'key');
  const pair = await makeSshKeyPair('me@here');
  writeFileSync(file, pair.privateKey, { mode: 0o600 });
  const read = execFileSync('ssh-keygen', ['-y', '-P', '', '-f', file], { encoding: 'utf8' });
  expect(read.trim()).toBe(pair.publicKey);
});
