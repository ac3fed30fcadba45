/**
 * How fast Compute Engine in the sandbox is: every number is a ratio of two things measured in
 * turns in one run, or what a process takes of this machine.
 *
 *   npm run bench:compute                 everything
 *   npm run bench:compute -- shell 3      one part, three rounds
 */
import { list } from './list.mjs';
import { memory } from './memory.mjs';
import { shell } from './shell.mjs';

const [only, rounds] = process.argv.slice(2);
const parts = { list, shell, memory };
const chosen = only in parts ? [only] : Object.keys(parts);
const count = Number(rounds ?? (only && !(only in parts) ? only : 7));

console.log(`node ${process.version}, ${process.platform} ${process.arch}`);
for (const part of chosen) await parts[part](count);
