import { targetKinds } from '../cloud/target.ts';
import { loadContent } from '../content/load.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes, UserError } from '../errors.ts';
import type { SessionOptions } from '../missions/session.ts';
import { describeRows } from '../terminal/list.ts';
import { wrap } from '../terminal/width.ts';
import { missionPassed } from '../tutor/progress/changes.ts';
import { openKeeper } from '../tutor/progress/keep.ts';
import { defineCommand, type OptionValues } from './command.ts';

export default defineCommand({
  summary: (say) => say.commands.mission,
  arguments: [{ name: '[id]', text: (say) => say.options.missionId }],
  options: [
    { flags: '--set <name=value>', text: (say) => say.options.set, repeated: true },
    { flags: '--keep', text: (say) => say.options.keep },
    { flags: '--target <target>', text: (say) => say.options.target },
    { flags: '--project <id>', text: (say) => say.options.project },
    { flags: '--auto', text: (say) => say.options.auto },
    { flags: '--yes', text: (say) => say.options.yes },
  ],
  examples: [
    'cloudlab mission list',
    'cloudlab mission create-bucket',
    'cloudlab mission create-bucket --set bucket=my-first-bucket-2026 --keep',
    'cloudlab mission create-bucket --json',
    'cloudlab mission create-vm --auto',
  ],
  subcommands: {
    list: defineCommand({
      summary: (say) => say.commands.missionList,
      examples: ['cloudlab mission list', 'cloudlab mission list --json'],
      run: listMissions,
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
    const { runMission } = await import('../missions/session.ts');
    const code = await runMission(context, loaded, readOptions(context, options));
    if (code === exitCodes.done) keepPassed(context, loaded.mission.id);
    return code;
  },
});

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
    auto: options['auto'] === true,
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
