import type { Lesson } from '../content/compiled.ts';
import { widthOf, wrap } from '../terminal/width.ts';
import type { Hit, Search } from './finding.ts';
import { askKey, type Desk, printCommand } from './stage.ts';

/** So many hits have a key of their own. */
const mostHits = 9;
/** So many are shown even where they do not fit the window. */
const leastHits = 3;

/**
 * Asks for words and shows where they are found.
 *
 * @returns the number of the section of this lesson to go to; undefined where the reader stays
 */
export async function askSearch(
  desk: Desk,
  lesson: Lesson,
  search: Search,
): Promise<number | 'quit' | undefined> {
  const { terminal, say, replies } = desk;
  const prompts = [say.search.prompt, say.search.shortPrompt, '/ '];
  const answer = await replies.compose(
    (reserved) => prompts.find((one) => widthOf(one) + reserved < terminal.columns) ?? '/ ',
    { hotkeys: '', type: (written, typed) => written + typed },
  );
  if (answer === undefined) return 'quit';
  const words = 'written' in answer ? answer.written.trim() : '';
  if (words === '') return undefined;
  const hits = (await search(words)).slice(0, mostHits);
  terminal.print();
  if (hits.length === 0) {
    terminal.print(wrap(say.search.nothing(words), terminal.columns));
    terminal.print();
    return undefined;
  }
  const shown = thatFit(desk, hits);
  terminal.print(terminal.paint.strong(wrap(say.search.found(words), terminal.columns)));
  for (const text of shown) terminal.print(text);
  terminal.print();
  return askHit(desk, lesson, hits.slice(0, shown.length));
}

/** The best hits, laid out: as many as the window holds, for the first is the best. */
function thatFit({ terminal }: Desk, hits: readonly Hit[]): string[] {
  // The heading, the prompt and empty lines take four.
  const rows = (terminal.plain ? 0 : (terminal.streams.stdout.rows ?? 0)) || 1000;
  const texts: string[] = [];
  let used = 4;
  for (const [index, hit] of hits.entries()) {
    const text = layOut(terminal, index + 1, hit);
    used += text.split('\n').length;
    if (used > rows && index >= leastHits) break;
    texts.push(text);
  }
  return texts;
}

function layOut({ columns, paint }: Desk['terminal'], number: number, { title, excerpt }: Hit) {
  const below = '     ';
  const head = wrap(`  ${number}. ${title}`, columns, below);
  return excerpt === undefined
    ? head
    : `${head}\n${paint.faint(wrap(below + excerpt, columns, below))}`;
}

async function askHit(desk: Desk, lesson: Lesson, hits: readonly Hit[]) {
  const { terminal, say } = desk;
  const hitOf = (answer: string) => (/^\d$/.test(answer) ? hits[Number(answer) - 1] : undefined);
  const choices = [
    { key: hits.length > 1 ? `1-${hits.length}` : '1', word: say.search.go, help: say.search.help },
    { key: 'n', word: say.search.stay, help: say.search.stay },
    { key: 'q', word: say.keys.quit },
  ];
  const accepts = (answer: string) =>
    ['', 'n', 'q'].includes(answer) || hitOf(answer) !== undefined;
  const answer = await askKey(desk, '/', choices, accepts);
  if (answer === undefined || answer === 'q') return 'quit';
  const hit = hitOf(answer);
  if (hit === undefined) return undefined;
  const stop = lesson.sections.findIndex(({ id }) => id === hit.section) + 1;
  if (hit.lesson === lesson.id && stop > 0) return stop;
  const command = `cloudlab lesson ${hit.lesson} --section ${hit.section}`;
  printCommand(terminal, say.search.elsewhere, command);
  terminal.print();
  return undefined;
}
