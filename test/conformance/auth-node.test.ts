import { expect, test } from 'vitest';
import { federate, startWithReader } from './auth-support.ts';
import { run } from './tools.ts';

/*
 * Google's auth library for Node, unmodified. With a key file it asks Google for a token wherever
 * the file says to ask (it ignores `token_uri`); what it does instead is in auth-session.mjs.
 */
test('a session with Node about who somebody is', { timeout: 120_000 }, async () => {
  const started = await startWithReader();
  const { sandbox, bucket, keyFile, metadata } = started;
  const { configuration } = await federate(started);
  const session = async (what: string, more: Record<string, string> = {}) => {
    const script = new URL('auth-session.mjs', import.meta.url).pathname;
    const given = JSON.stringify({ url: sandbox.url, keyFile, bucket });
    const env = { PATH: process.env['PATH'], HOME: started.dir, ...more };
    return JSON.parse((await run(process.execPath, [script, what, given], { env })).stdout);
  };
  const results = await Promise.all([
    session('selfSigned'),
    session('selfSignedScopes'),
    session('storageKeyFile'),
    session('storageDefault', metadata),
    session('email', metadata),
    session('storageDefault', { GOOGLE_APPLICATION_CREDENTIALS: configuration }),
    session('storageDefault', { GOOGLE_APPLICATION_CREDENTIALS: started.learnerFile }),
  ]);
  expect(results).toEqual([
    'the report',
    'the report',
    'the report',
    'the report',
    'learner@example.com',
    'the report',
    'the report',
  ]);
});
