import type { Term } from '../content/compiled.ts';
import { loadContent } from '../content/load.ts';
import { namesOfTerm } from '../content/names.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes, UserError } from '../errors.ts';
import { renderInlines } from '../terminal/markdown.ts';
import { wrap } from '../terminal/width.ts';
import { defineCommand } from './command.ts';

export default defineCommand({
  summary: (say) => say.commands.glossary,
  arguments: [{ name: '[term...]', text: (say) => say.lookup.options.term }],
  examples: ['cloudlab glossary', 'cloudlab glossary bucket', 'cloudlab glossary 버킷 --json'],

  async run(context, values): Promise<ExitCode> {
    const { terminal, host, say } = context;
    const name = values.filter((word) => word !== undefined).join(' ');
    const { terms } = loadContent(host.packageRoot).terms(say.language);
    if (name.trim() === '') {
      const sorted = terms.toSorted((one, other) =>
        one.term.localeCompare(other.term, say.language),
      );
      if (terminal.json) terminal.printJson(sorted);
      else printAll(context, sorted);
      return exitCodes.done;
    }
    const found = await find(context, terms, name);
    if (terminal.json) terminal.printJson(found);
    else for (const term of found) printOne(context, term);
    return exitCodes.done;
  },
});

/**
 * Terms of this language by their names in either.
 *
 * @throws UserError `unknown-term`
 */
async function find(
  { host, say }: Context,
  terms: readonly Term[],
  name: string,
): Promise<readonly Term[]> {
  const { findNamed, nearestName } = await import('../tutor/lookup.ts');
  const found = findNamed(terms, namesOfTerm, name);
  if (found.length > 0) return found;
  const other = loadContent(host.packageRoot).terms(say.language === 'ko' ? 'en' : 'ko').terms;
  const ids = new Set(findNamed(other, namesOfTerm, name).map(({ id }) => id));
  if (ids.size > 0) return terms.filter(({ id }) => ids.has(id));
  throw new UserError('unknown-term', { name, nearest: nearestName(terms, namesOfTerm, name) });
}

function printAll({ terminal, say }: Context, terms: readonly Term[]): void {
  terminal.print(terminal.paint.strong(say.lookup.glossaryTitle));
  terminal.print(wrap(terms.map(({ term }) => term).join(', '), terminal.columns));
  terminal.note(`\n${wrap(say.lookup.glossaryOpen, terminal.columns)}`);
}

function printOne({ terminal, say }: Context, { term, also, text, lesson, section }: Term): void {
  const { columns, paint } = terminal;
  terminal.print(paint.strong(wrap(term, columns)));
  terminal.print(renderInlines(terminal, text));
  if (also.length > 0) terminal.print(wrap(`${say.lookup.also}: ${also.join(', ')}`, columns));
  terminal.print(`${say.lookup.readMore}`);
  terminal.print(`  ${paint.code(`cloudlab lesson ${lesson} --section ${section}`)}\n`);
}
