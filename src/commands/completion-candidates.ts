import { shells } from '../cloud/shell-families.ts';
import { targetKinds } from '../cloud/target.ts';
import { globalOptions } from '../command-line.ts';
import { loadCommands } from '../commands.ts';
import { loadContent } from '../content/load.ts';
import type { Home } from '../home.ts';
import { languages } from '../i18n/messages.ts';
import type { CommandSpec } from './command.ts';

/** Values that an option or an argument can have, where they are known beforehand. */
const optionValues: Readonly<Record<string, readonly string[]>> = {
  '--lang': languages,
  '--target': targetKinds,
  '--shell': shells,
  '--auth': ['open', 'enforce'],
  '--format': ['text', 'md', 'json'],
  '--protocol': ['tcp', 'udp', 'icmp'],
};

/**
 * What may stand in place of the last word.
 *
 * @param words the words after `cloudlab`, the last one unfinished and perhaps empty
 */
export async function candidates(
  words: readonly string[],
  packageRoot: string,
  home: Home,
): Promise<readonly string[]> {
  const table = await loadCommands();
  const done = words.slice(0, -1);
  const current = words.at(-1) ?? '';
  const values = optionValues[done.at(-1) ?? ''];
  const found = [
    ...(values ?? candidatesAfter(done, current, table, packageRoot)),
    ...(await vmsAfter(done, current, home)),
  ];
  return found.filter((candidate) => candidate.startsWith(current));
}

function candidatesAfter(
  done: readonly string[],
  current: string,
  table: Readonly<Record<string, CommandSpec>>,
  packageRoot: string,
): readonly string[] {
  const [name, below] = done.filter((word) => !word.startsWith('-'));
  if (name === undefined) {
    const names = Object.keys(table).filter((one) => table[one]?.hidden !== true);
    return current.startsWith('-') ? optionsOf(undefined) : names;
  }
  const command = table[name];
  if (command === undefined) return [];
  const subcommand = below === undefined ? undefined : command.subcommands?.[below];
  if (current.startsWith('-')) return optionsOf(subcommand ?? command);
  if (done.at(-1) === '--section') return sectionsOf(below, packageRoot);
  if (name === 'author' && below !== undefined) return toAuthor(below, done.length, packageRoot);
  if (below !== undefined) return [];
  return [
    ...Object.keys(command.subcommands ?? {}),
    ...idsOf(name, packageRoot),
    ...(name === 'glossary' && isHangul.test(current) ? koreanTerms(packageRoot) : []),
  ];
}

const isHangul = /[ㄱ-ㅎ가-힣]/;

/** Words of the glossary as Koreans write them, as far as a shell takes them as they are. */
function koreanTerms(packageRoot: string): readonly string[] {
  const { terms } = loadContent(packageRoot).terms('ko');
  return terms.map(({ term }) => term).filter((term) => /^[0-9a-z가-힣-]+$/i.test(term));
}

function sectionsOf(lesson: string | undefined, packageRoot: string): readonly string[] {
  const known = loadContent(packageRoot).lessons();
  const named = known.find(({ id, aliases }) => [id, ...aliases].includes(lesson ?? ''));
  return named?.sectionIds ?? [];
}

/** What comes after `author new`, `author check` and so on. */
function toAuthor(below: string, words: number, packageRoot: string): readonly string[] {
  if (words > 2) return [];
  if (below === 'new') return ['lesson', 'mission'];
  return [...idsOf('lesson', packageRoot), ...idsOf('mission', packageRoot)];
}

/**
 * The VMs of the running sandbox, or their zones: `cloudlab ssh ` asks for one, `cloudlab
 * network reach ` for two ends that may be VMs.
 */
async function vmsAfter(
  done: readonly string[],
  current: string,
  home: Home,
): Promise<readonly string[]> {
  const wantsZone = done.at(-1) === '--zone';
  const asksReach = done[0] === 'network' && done[1] === 'reach';
  if ((done[0] !== 'ssh' && !asksReach) || current.startsWith('-')) return [];
  if (!wantsZone && done.length > (asksReach ? 3 : 1)) return [];
  const { findRunningSandbox } = await import('../cloud/running-sandbox.ts');
  const { listVms } = await import('../cloud/sandbox-machines.ts');
  const running = await findRunningSandbox(home);
  // Whoever presses Tab is not told what is wrong.
  const machines = running && (await listVms(running.address.url).catch(() => []));
  const found = new Set((machines ?? []).map(({ name, zone }) => (wantsZone ? zone : name)));
  if (!asksReach || wantsZone) return [...found];
  const { otherEnds } = await import('../cloud/reach.ts');
  return [...found, ...otherEnds];
}

function optionsOf(command: CommandSpec | undefined): readonly string[] {
  const own = (command?.options ?? []).map((option) => option.flags);
  const all = [...own, ...globalOptions.map(([flags]) => flags), '-h, --help'];
  return all.flatMap((flags) => /--[a-z-]+/.exec(flags)?.[0] ?? []);
}

function idsOf(command: string, packageRoot: string): readonly string[] {
  const content = loadContent(packageRoot);
  switch (command) {
    case 'mission':
      return content.missions().map(({ id }) => id);
    case 'lesson':
    case 'quiz':
      return content.lessons().map(({ id }) => id);
    case 'compare':
      return content.terms('en').products.map(({ id }) => id);
    case 'glossary':
      return content.terms('en').terms.map(({ id }) => id);
    case 'completion':
      return shells;
    default:
      return [];
  }
}
