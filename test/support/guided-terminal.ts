import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findRunningSandbox } from '../../src/cloud/running-sandbox.ts';
import { defaultRegion, sandboxProject } from '../../src/cloud/target.ts';
import { locateHome } from '../../src/home.ts';
import { importMission } from '../../src/missions/catalogue.ts';
import { Seed } from '../../src/missions/seed.ts';
import { workspaceFiles } from '../../src/missions/workspace.ts';
import { program } from './cli.ts';
import { openTerminal } from './real-terminal.ts';

/**
 * A mission in a real terminal, done by hand: names and files of the run as its learner sees
 * them, and where its sandbox is. What a test does there, it does with clients of its own.
 */
export async function openGuidedTerminal<World>(
  mission: string,
  { columns = 80, language = 'en' }: { columns?: number; language?: string } = {},
) {
  const terminal = await openTerminal(columns, language);
  const home = locateHome(terminal.home, '/', terminal.home);
  const command = `"${process.execPath}" "${program}" mission ${mission} --guided; echo "exit=$?"`;
  await terminal.type(command, 'Enter');
  await terminal.shows('[0/');
  const [ledger = ''] = readdirSync(home.ledgers);
  const run = ledger.replace('.jsonl', '');
  const { prepare } = await importMission(mission);
  const world = (await prepare({
    run,
    target: 'sandbox',
    project: sandboxProject,
    region: defaultRegion,
    seed: new Seed(run),
    inputs: {},
    interpreter: '',
    ...workspaceFiles(home.workspaceOf(run), '/', {}, join(home.programs, run)),
  })) as World;
  return {
    ...terminal,
    run,
    world,
    command,
    /** Where the sandbox of the run listens by now. */
    async url() {
      const running = await findRunningSandbox(home);
      if (running === undefined) throw new Error('no sandbox is announced');
      return running.address.url;
    },
    /** The process that plays it. */
    pid: () => lastWorker(join(home.ledgers, ledger)),
  };
}

function lastWorker(path: string): number {
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  const workers = lines.map((line) => (JSON.parse(line) as { pid?: number }).pid);
  return workers.findLast((pid) => pid !== undefined) ?? 0;
}
