import fc from 'fast-check';
import { expect, it } from 'vitest';
import { keysFor, parseMetadataKey, usersIn } from '../../../src/sandbox/ssh/metadata-keys.ts';

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPs/H2rPfPFOcco2xvc3pQSUFhds+Te7TUXLADAfyNU4';
const now = new Date('2026-01-02T03:04:05Z');

it('reads the lines that gcloud and the console write', () => {
  expect(parseMetadataKey(`me:${key} me@laptop`)).toEqual({ user: 'me', key });
  expect(parseMetadataKey(`me_x.y-1:${key}`)).toEqual({ user: 'me_x.y-1', key });
  expect(
    parseMetadataKey(
      `me:${key} google-ssh {"userName":"me@example.com","expireOn":"2026-01-02T03:04:05+0000"}`,
    ),
  ).toEqual({ user: 'me', key, expires: now });
});

it.each([
  '',
  key,
  `:${key}`,
  `a b:${key}`,
  `../x:${key}`,
  `$(x):${key}`,
  `me:ssh-dss AAAA`,
  `me:ssh-ed25519`,
  `me:ssh-ed25519 <html>`,
  `me:${key} google-ssh`,
  `me:${key} google-ssh {"userName":"me"}`,
  `me:${key} google-ssh {"userName":"me","expireOn":"soon"}`,
  `me:ssh-rsa ${'A'.repeat(20_000)}`,
])('leaves out %s', (line) => {
  expect(parseMetadataKey(line)).toBeUndefined();
});

it('knows whose keys are in force', () => {
  const expiring = (user: string, at: string) =>
    `${user}:${key} google-ssh {"userName":"x","expireOn":"${at}"}`;
  const lines = [
    `a:${key}`,
    `a:${key} twice`,
    expiring('late', '2026-01-02T03:04:05+0000'),
    expiring('soon', '2026-01-02T12:04:06+0900'),
    'rubbish',
  ];
  expect(usersIn(lines, now)).toEqual(['a', 'soon']);
  expect(keysFor(lines, 'late', now)).toEqual([]);
  expect(keysFor(lines, 'soon', now)).toEqual([key]);
});

it('takes anything', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (before, after) => {
      const found = parseMetadataKey(`${before}:${key} ${after}`);
      if (found !== undefined) expect(found.user).toMatch(/^[A-Za-z_][A-Za-z0-9_.-]{0,31}$/);
    }),
  );
});
