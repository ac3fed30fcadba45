import { parentPort } from 'node:worker_threads';
import { type Sandbox, type SandboxOptions, type Seed, startSandbox } from '../library.ts';
import type { Answer, Call, Facts } from './calls.ts';

/** The thread of a sandbox that was started by `require('cloudlab')`; see `for-require.ts`. */

let sandbox: Sandbox | undefined;

parentPort?.on('message', async ({ id, method, argument }: Call) => {
  const answer: Answer = await act(method, argument).then(
    (value) => ({ id, value, facts: factsOf(sandbox) }),
    (error: unknown) => ({ id, error: described(error) }),
  );
  parentPort?.postMessage(answer);
});

async function act(method: Call['method'], argument: unknown): Promise<unknown> {
  if (method === 'start') {
    sandbox = await startSandbox(argument as SandboxOptions);
    return undefined;
  }
  switch (method) {
    case 'seed':
      return sandbox?.seed(argument as Seed);
    case 'reset':
      return sandbox?.reset();
    case 'advanceClock':
      return sandbox?.advanceClock(argument as number);
    case 'stop':
      return sandbox?.stop();
  }
}

function factsOf(one: Sandbox | undefined): Facts | undefined {
  if (one === undefined) return undefined;
  const { url, port, projectId, env, accessToken } = one;
  return { url, port, projectId, env, accessToken };
}

function described(error: unknown): NonNullable<Answer['error']> {
  if (!(error instanceof Error)) return { message: String(error), fields: {} };
  const plain = Object.entries(error).filter(([, value]) => typeof value !== 'object');
  return { message: error.message, fields: { name: error.name, ...Object.fromEntries(plain) } };
}
