import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalEntity } from '../../src/sandbox/storage/access/entities.ts';
import {
  canonicalMember,
  entityOfMember,
  memberOfEntity,
} from '../../src/sandbox/storage/access/members.ts';
import { ApiError } from '../../src/sandbox/wire/errors.ts';
import { EDITORS, expectRefusal, OWNERS, PROJECT, VIEWERS } from './access-support.ts';
import { client, start } from './support.ts';

test('the project that pays has to exist, and the owner is let in without one', async () => {
  const http = client(await start());
  const { json } = await http.bucket('payer', { billing: { requesterPays: true } });
  expect(json.billing).toEqual({ requesterPays: true });
  await http.upload('payer', 'o', 'x');
  expect((await http.get('/storage/v1/b/payer/o/o?userProject=cloudlab-sandbox')).status).toBe(200);
  const message = 'User project specified in the request is invalid.';
  for (const path of ['/storage/v1/b/payer', '/b/payer/o/o', '/storage/v1/b/payer/o/o/acl']) {
    expectRefusal(await http.get(`${path}?userProject=nobodys`), 400, 'invalid', message);
  }
  const media = await http.get('/download/storage/v1/b/payer/o/o?alt=media&userProject=nobodys');
  expect([media.status, media.text]).toEqual([400, message]);
  const { json: off } = await http.patch('/storage/v1/b/payer', { billing: null });
  expect(off.billing).toBeUndefined();
  const agent = await http.get('/storage/v1/projects/cloudlab-sandbox/serviceAccount');
  expect(agent.json).toEqual({
    kind: 'storage#serviceAccount',
    email_address: 'service-100000000001@gs-project-accounts.iam.gserviceaccount.com',
  });
  const unknown = await http.get('/storage/v1/projects/nobodys/serviceAccount');
  expectRefusal(unknown, 400, 'invalid', 'Unknown project id: nobodys');
});

test('whatever is given as a grantee is kept in one form, or refused with a 400', () => {
  const kinds = ['user', 'group', 'domain', 'serviceAccount', 'projectOwner', 'principal', 'x'];
  const anything = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.emailAddress(),
    fc.domain(),
    fc.constantFrom('allUsers', 'cloudlab-sandbox', '//iam.googleapis.com/x', 'owners-1', ''),
  );
  const given = fc.tuple(
    fc.constantFrom(...kinds, 'project-owners'),
    fc.constantFrom('-', ':', ''),
    anything,
  );
  for (const canonical of [canonicalEntity, canonicalMember]) {
    fc.assert(
      fc.property(given, ([kind, mark, name]) => {
        const text = mark === '' ? name : kind + mark + name;
        let kept: string;
        try {
          kept = canonical(text, PROJECT);
        } catch (error) {
          expect(error).toBeInstanceOf(ApiError);
          expect((error as ApiError).status).toBe(400);
          return;
        }
        expect(canonical(kept, PROJECT)).toBe(kept);
      }),
      { numRuns: 500 },
    );
  }
  // A name of a megabyte is refused as fast as a short one.
  const long = `user-a@${'a.'.repeat(500_000)}@`;
  expect(() => canonicalEntity(long, PROJECT)).toThrow(ApiError);
  expect(() => canonicalMember(long.replace('-', ':'), PROJECT)).toThrow(ApiError);
});

test('an ACL and a policy know the same grantees by their own names', () => {
  const entity = fc.oneof(
    fc.emailAddress().map((email) => `user-${email}`),
    fc.emailAddress().map((email) => `group-${email}`),
    fc.domain().map((domain) => `domain-${domain}`),
    fc.constantFrom('user-sa@p.iam.gserviceaccount.com', 'allUsers', 'allAuthenticatedUsers'),
    fc.constantFrom(OWNERS, EDITORS, VIEWERS),
  );
  fc.assert(
    fc.property(entity, (text) => {
      // fast-check knows addresses that Google does not.
      fc.pre(/^[\w.@-]+$/.test(text));
      const kept = canonicalEntity(text, PROJECT);
      const member = memberOfEntity({ entity: kept, role: 'READER' }, PROJECT);
      expect(canonicalMember(member, PROJECT)).toBe(member);
      expect(entityOfMember(member, PROJECT)).toBe(kept);
    }),
  );
});
