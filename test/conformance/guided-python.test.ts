import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { packageRoot } from '../support/host.ts';
import { lookAround, workInVm } from './guided/in-the-vm.ts';
import { write } from './guided/programs.ts';
import { type Deed, play, Sitting } from './guided/sitting.ts';
import { pythonWith } from './python.ts';

/*
 * Every mission is done in a real terminal by somebody who works with Google's libraries for
 * Python, in one process as in a notebook: `guided/hands.py` does what a provider is asked for. In
 * a VM one types, and a program that a mission asks for is a program.
 */
const libraries = ['google-cloud-storage==3.17.1', 'google-cloud-compute==1.57.0'];

const missions = {
  'create-bucket': ['hands', 'hands', 'hands', 'hands', 'hands'],
  'create-vm': ['hands', 'hands', 'hands', 'hands', 'hands'],
  'vm-shell': ['hands', [1, lookAround], [6, workInVm], 'hands', 'hands'],
  'least-privilege': Array(11).fill('hands'),
  'python-storage': ['hands', [1, write], [1, write], 'hands'],
  'node-storage': ['hands', [1, write], [1, write], 'hands'],
} as const satisfies Record<string, readonly ('hands' | Deed)[]>;

for (const [mission, parts] of Object.entries(missions)) {
  test(`${mission} passes with Python`, { timeout: 300_000 }, async (context) => {
    const python = await pythonWith(context, ...libraries);
    const at = await Sitting.begin(context, mission);
    const notebook = openNotebook(python, mission, at.env);
    let task = 1;
    const deeds = parts.map((part: 'hands' | Deed): Deed => {
      const number = task;
      task += part === 'hands' ? 1 : part[0];
      if (part !== 'hands') return part;
      return [
        1,
        async (_, given) => {
          expect(await notebook({ task: number, given })).toBe('done');
        },
      ];
    });
    await play(at, deeds, mission === 'node-storage' ? undefined : 'Python');
  });
}

/** @returns asks for a task, and waits for the answer */
function openNotebook(python: string, mission: string, env: NodeJS.ProcessEnv) {
  const script = join(packageRoot, 'test', 'conformance', 'guided', 'hands.py');
  const process = spawn(python, [script, mission], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void process.kill('SIGKILL'));
  const answers = createInterface(process.stdout);
  return async (asked: object): Promise<string> => {
    const answer = once(answers, 'line');
    process.stdin.write(`${JSON.stringify(asked)}\n`);
    return String((await answer)[0]);
  };
}
