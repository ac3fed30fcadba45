import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { federate, startWithReader } from './auth-support.ts';
import { pythonWith } from './python.ts';

/*
 * Google's auth library for Python, unmodified: key files, self-signed JWTs, the metadata
 * server, ID tokens, impersonation and federation. The session is auth_session.py.
 */
test('a session with Python about who somebody is', { timeout: 240_000 }, async (context) => {
  const python = await pythonWith(context, 'google-cloud-storage==3.17.1');
  const started = await startWithReader();
  const { sandbox, bucket, reader, keyFile, learnerFile, metadata, account } = started;
  const { configuration } = await federate(started);
  const { email: target } = await account('another');
  const session = spawn(python, [new URL('auth_session.py', import.meta.url).pathname], {
    env: { PATH: process.env['PATH'], HOME: '/nonexistent', ...metadata },
  });
  session.stdin.end(
    JSON.stringify({
      url: sandbox.url,
      keyFile,
      bucket,
      target,
      federation: configuration,
      learnerFile,
    }),
  );
  const [out, err] = await Promise.all([text(session.stdout), text(session.stderr)]);
  expect(out, err).not.toBe('');
  const results = JSON.parse(out);
  expect(results).toEqual({
    keyFile: 'the report',
    selfSigned: 'the report',
    metadata: ['Credentials', 'cloudlab-sandbox', 'learner@example.com', 'the report'],
    identity: reader.email,
    impersonated: expect.stringMatching(/iam\.serviceAccounts\.getAccessToken/),
    fastClock: expect.stringMatching(
      /Invalid JWT: Token must be .*iat is 10 minutes in the future/,
    ),
    federated: 'the report',
    learner: [null, 'the report'],
  });
});
