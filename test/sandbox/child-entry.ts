import { startSandbox } from '../../src/sandbox/server.ts';

/** A sandbox in a process of its own, to be killed. */
const sandbox = await startSandbox({ dataDir: process.argv[2] ?? '', controlToken: 'token' });
console.log(sandbox.url);
