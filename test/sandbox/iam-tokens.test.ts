import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { client, filesBelow, start, tempDir } from './support.ts';

const CONTROL = 'a control token';

/** The learner's token, as the command line gets it. */
async function learnerToken(sandbox: Sandbox, control = CONTROL) {
  return client(sandbox).call('POST', '/_cloudlab/token', {
    headers: { authorization: `Bearer ${control}` },
  });
}

test('the learner’s token is for who knows the control token, and lasts as long as the sandbox', async () => {
  const dataDir = await tempDir();
  const sandbox = await start({ dataDir, controlToken: CONTROL });
  expect((await learnerToken(sandbox, 'another')).status).toBe(401);
  const { json } = await learnerToken(sandbox);
  expect(json).toEqual({
    accessToken: expect.stringMatching(/^ya29\.c\.[\w-]{86}$/),
    expiresIn: expect.any(Number),
    email: 'learner@example.com',
  });
  expect((await learnerToken(sandbox)).json.accessToken).toBe(json.accessToken);
  await sandbox.close();
  for (const file of await filesBelow(dataDir)) {
    expect((await readFile(file)).includes(json.accessToken), file).toBe(false);
  }
  const next = await start({ dataDir, controlToken: CONTROL });
  expect((await learnerToken(next)).json.accessToken).not.toBe(json.accessToken);
});
