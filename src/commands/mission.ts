import { targetKinds } from '../cloud/target.ts';
import { loadContent } from '../content/load.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes, UserError } from '../errors.ts';
import type { LoadedMission } from '../missions/catalogue.ts';
import type { SessionOptions } from '../missions/session.ts';
import { describeRows } from '../terminal/list.ts';
import { wrap } from '../terminal/width.ts';
import { missionPassed } from '../tutor/progress/changes.ts';
import { entryOf } from '../tutor/progress/format.ts';
import { openKeeper, openStore } from '../tutor/progress/keep.ts';
import { defineCommand, type OptionValues } from './command.ts';

export default defineCommand({
  summary: (say) => say.commands.mission,
  arguments: [{ name: '[id]', text: (say) => say.options.missionId }],
  options: [
    { flags: '--set <name=value>', text: (say) => say.options.set, repeated: true },
    { flags: '--keep', text: (say) => say.options.keep },
    { flags: '--target <target>', text: (say) => say.options.target },
    { flags: '--project <id>', text: (say) => say.options.project },
    { flags: '--guided', text: (say) => say.guided.options.guided },
    { flags: '--auto', text: (say) => say.options.auto },
    { flags: '--yes', text: (say) => say.options.yes },
  ],
  examples: [
    'cloudlab mission list',
    'cloudlab mission create-bucket',
    'cloudlab mission create-bucket --set bucket=my-first-bucket-2026 --keep',
    'cloudlab mission create-bucket --json',
    'cloudlab mission create-vm --auto',
    'cloudlab mission verify --all',
  ],
  subcommands: {
    list: defineCommand({
      summary: (say) => say.commands.missionList,
      examples: ['cloudlab mission list', 'cloudlab mission list --json'],
      run: listMissions,
    }),
    reset: defineCommand({
      summary: (say) => say.guided.commands.reset,
      arguments: [{ name: '[id]', text: (say) => say.options.missionId }],
      options: [{ flags: '--yes', text: (say) => say.options.yes }],
      examples: ['cloudlab mission reset', 'cloudlab mission reset create-bucket'],
      async run(context, [id], options) {
        const { resetMissions } = await import('../missions/guided/reset.ts');
        return resetMissions(context, id, options['yes'] === true);
      },
    }),
    verify: defineCommand({
      summary: (say) => say.guided.commands.verify,
      arguments: [{ name: '[id...]', text: (say) => say.options.missionId }],
      options: [{ flags: '--all', text: (say) => say.guided.options.all }],
      examples: ['cloudlab mission verify --all', 'cloudlab mission verify create-bucket --json'],
      async run(context, ids, options) {
        const { verifyMissions } = await import('../missions/verify.ts');
        const named = ids.filter((id) => id !== undefined);
        return verifyMissions(context, options['all'] === true ? passedMissions(context) : named);
      },
    }),
  },

  helpSections(say, [id], packageRoot) {
    const content = loadContent(packageRoot);
    if (id === undefined || !content.missions().some((mission) => mission.id === id)) return [];
    const { inputs } = content.mission(id, say.language);
    const rows = Object.entries(inputs).map(([name, text]) => ({ name: `--set ${name}=…`, text }));
    return [{ title: say.mission.inputsTitle, rows }];
  },

  async run(context, [id], options) {
    if (id === undefined) return listMissions(context);
    const { readMission } = await import('../missions/catalogue.ts');
    const loaded = await readMission(context, id);
    const code = await playOrGuide(context, loaded, options);
    if (code === exitCodes.done) keepPassed(context, loaded.mission.id);
    return code;
  },
});

/** At a terminal the learner chooses; anywhere else, and where that is asked for, cloudlab plays it. */
async function playOrGuide(
  context: Context,
  loaded: LoadedMission,
  options: OptionValues,
): Promise<ExitCode> {
  const { terminal } = context;
  const wanted = options['guided'] === true;
  if (wanted && !terminal.interactive) throw new UserError('guided-needs-terminal', {});
  const asked = readOptions(context, options);
  const isAsked = terminal.interactive && options['auto'] !== true && !asked.yes;
  if (wanted || isAsked) {
    const { checkInputs } = await import('../missions/session.ts');
    checkInputs(loaded, asked.inputs);
    const { chooseWay } = await import('../missions/guided/choose.ts');
    const way = await chooseWay(context, loaded.mission.id, wanted);
    if (way.kind !== 'show') {
      if (way.kind === 'startOver') {
        const { startOver } = await import('../missions/guided/reset.ts');
        if (!(await startOver(context, way.run))) return exitCodes.leftovers;
      }
      const { guideMission } = await import('../missions/guided/session.ts');
      return guideMission(context, loaded, asked, way.kind === 'goOn' ? way.run : undefined);
    }
  }
  const { runMission } = await import('../missions/session.ts');
  return runMission(context, loaded, asked);
}

/** Missions that somebody has passed, as far as they still exist. */
function passedMissions(context: Context): readonly string[] {
  const known = loadContent(context.host.packageRoot).missions();
  const { missions } = openStore(context).read();
  return known.map(({ id }) => id).filter((id) => entryOf(missions, id) !== undefined);
}

function keepPassed(context: Context, mission: string): void {
  const now = context.host.clock.now();
  openKeeper(context).change((progress) => missionPassed(progress, mission, now));
}

async function listMissions({ terminal, host, say }: Context): Promise<ExitCode> {
  const missions = loadContent(host.packageRoot).missions();
  const rows = missions.map(({ id, minutes, lesson, ...texts }) => ({
    id,
    minutes,
    lesson,
    title: texts.title[say.language],
    summary: texts.summary[say.language],
  }));
  if (terminal.json) {
    terminal.printJson(rows);
    return exitCodes.done;
  }
  terminal.print(terminal.paint.strong(say.mission.listTitle));
  terminal.print(
    describeRows(
      terminal,
      rows.map(({ id, title, summary, minutes }) => ({
        name: id,
        text: `${title} (${say.mission.minutes(minutes)}). ${summary}`,
      })),
    ),
  );
  const [first] = rows;
  if (first !== undefined) terminal.note(`\n${wrap(say.mission.play(first.id), terminal.columns)}`);
  return exitCodes.done;
}

function readOptions({ settings }: Context, options: OptionValues): SessionOptions {
  const target = (options['target'] ?? settings.CLOUDLAB_TARGET ?? 'sandbox') as string;
  const known = targetKinds.find((one) => one === target);
  if (known === undefined) {
    throw new UserError('bad-option-value', {
      option: '--target',
      value: target,
      expected: targetKinds.join(', '),
    });
  }
  return {
    target: known === 'sandbox' ? { kind: known } : { kind: known, project: projectOf(options) },
    keep: options['keep'] === true,
    yes: options['yes'] === true,
    inputs: readInputs((options['set'] ?? []) as readonly string[]),
  };
}

/** Never guessed from the environment: things are created, and billed, there. */
function projectOf(options: OptionValues): string {
  const project = options['project'] as string | undefined;
  if (project === undefined) throw new UserError('gcp-needs-project', {});
  return project;
}

/** `name=value`; the value may hold further equal signs. */
function readInputs(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) {
        throw new UserError('bad-option-value', {
          option: '--set',
          value: pair,
          expected: 'name=value',
        });
      }
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}
