import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Given, play, Sitting } from './guided/sitting.ts';
import { requireTool } from './tools.ts';

/*
 * Every mission is done in a real terminal by somebody who asks for hints until the commands are
 * shown, and types them as they are, with gcloud and in the VM: nothing else is done.
 */

/** How many tasks each has, and which of its commands are there to be refused. */
const missions = {
  'create-bucket': { tasks: 5, refused: [] },
  'create-vm': { tasks: 5, refused: [] },
  'vm-shell': { tasks: 10, refused: [] },
  'least-privilege': {
    tasks: 11,
    refused: ['4 gcloud storage cp', '7 gcloud storage cat', '10 gcloud storage cp'],
  },
  'python-storage': { tasks: 4, refused: [] },
  'node-storage': { tasks: 4, refused: [] },
} as const;

for (const [mission, { tasks, refused }] of Object.entries(missions)) {
  test(`${mission} passes when all is typed that it shows`, {
    timeout: 300_000,
  }, async (context) => {
    await requireTool(context, 'gcloud', 'Google Cloud SDK');
    const at = await Sitting.begin(context, mission);
    const failed: string[] = [];
    const deeds = Array.from({ length: tasks }, (_, index) => {
      const task = index + 1;
      const deed = async (_at: Sitting, given: Given) => {
        const lines = await at.shownCommands(task);
        const program = given['your program'];
        const wrong =
          program !== undefined && lines.at(-1)?.endsWith(program)
            ? await saveAndRun(at, task, lines, program)
            : await typeAll(at, lines);
        failed.push(...wrong.map((line) => `${task} ${line}`));
      };
      return [1, deed] as const;
    });
    await play(at, deeds);
    expect(
      failed.map((line) => /^\d+ (?=.*(gcloud \S+ \S+))/.exec(line)?.join('') ?? line),
    ).toEqual(refused);
  });
}

/** Saves a program, whereupon cloudlab runs it; and runs it by hand, too, as it is shown. */
async function saveAndRun(
  at: Sitting,
  task: number,
  lines: readonly string[],
  program: string,
): Promise<string[]> {
  writeFileSync(program, `${lines.slice(0, -1).join('\n')}\n`);
  await at.green(task);
  return typeAll(at, lines.slice(-1));
}

/** @returns the lines that failed */
async function typeAll(at: Sitting, lines: readonly string[]): Promise<string[]> {
  const failed: string[] = [];
  let key = 'KEY_ID';
  for (const [index, line] of lines.entries()) {
    if (line.startsWith('cloudlab ssh ')) {
      const inVm = `${lines.slice(index + 1).join('\n')}\n`;
      const { code, stderr } = await at.type(line, inVm);
      if (code !== 0) failed.push(`${line}: ${stderr}`);
      break;
    }
    const { code, stdout, stderr } = await at.type(line.replace('KEY_ID', key));
    if (line.includes(' keys list ')) key = /^[0-9a-f]{40}/m.exec(stdout)?.[0] ?? key;
    if (code !== 0) failed.push(`${line}: ${stderr}`);
  }
  return failed;
}
