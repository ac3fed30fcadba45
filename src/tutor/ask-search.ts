import type { Lesson } from '../content/compiled.ts';
import { widthOf, wrap } from '../terminal/width.ts';
import type { Hit, Search } from './finding.ts';
import { askKey, type Desk, printCommand } from './stage.ts';

/** So many hits have a key of their own. */
const mostHits = 9;

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
  terminal.print(terminal.paint.strong(wrap(say.search.found(words), terminal.columns)));
  for (const [index, hit] of hits.entries()) printHit(desk, index + 1, hit);
  terminal.print();
  return askHit(desk, lesson, hits);
}

function printHit({ terminal }: Desk, number: number, { title, excerpt }: Hit): void {
  terminal.print(wrap(`  ${number}. ${title}`, terminal.columns, '     '));
  if (excerpt === undefined) return;
  terminal.print(terminal.paint.faint(wrap(`     ${excerpt}`, terminal.columns, '     ')));
}

async function askHit(desk: Desk, lesson: Lesson, hits: readonly Hit[]) {
  const { terminal, say } = desk;
  const hitOf = (answer: string) => (/^\d$/.test(answer) ? hits[Number(answer) - 1] : undefined);
  const choices = [
    { key: hits.length > 1 ? `1-${hits.length}` : '1', word: say.search.go, help: say.search.help },
    { key: 'n', word: say.search.stay, help: say.search.stay },
  ];
  const accepts = (answer: string) =>
    answer === '' || answer === 'n' || hitOf(answer) !== undefined;
  const answer = await askKey(desk, '/', choices, accepts);
  if (answer === undefined) return 'quit';
  const hit = hitOf(answer);
  if (hit === undefined) return undefined;
  const stop = lesson.sections.findIndex(({ id }) => id === hit.section) + 1;
  if (hit.lesson === lesson.id && stop > 0) return stop;
  const command = `cloudlab lesson ${hit.lesson} --section ${hit.section}`;
  printCommand(terminal, say.search.elsewhere, command);
  terminal.print();
  return undefined;
}
