import type { Product } from '../content/compiled.ts';
import { loadContent } from '../content/load.ts';
import { namesOfProduct } from '../content/names.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes, UserError } from '../errors.ts';
import { renderBlocks, renderInlines } from '../terminal/markdown.ts';
import { wrap } from '../terminal/width.ts';
import { defineCommand } from './command.ts';

const clouds = ['gcp', 'aws', 'azure'] as const;

export default defineCommand({
  summary: (say) => say.commands.compare,
  arguments: [{ name: '[product...]', text: (say) => say.lookup.options.product }],
  examples: [
    'cloudlab compare',
    'cloudlab compare "Compute Engine"',
    'cloudlab compare lambda --json',
  ],

  async run(context, values): Promise<ExitCode> {
    const { terminal, host, say } = context;
    const name = values.filter((word) => word !== undefined).join(' ');
    const { products } = loadContent(host.packageRoot).terms(say.language);
    if (name.trim() === '') {
      if (terminal.json) terminal.printJson(products);
      else printAll(context, products);
      return exitCodes.done;
    }
    const { findNamed, nearestName } = await import('../tutor/lookup.ts');
    const found = findNamed(products, namesOfProduct, name);
    if (found.length === 0) {
      const meant = nearestName(products, namesOfProduct, name);
      throw new UserError('unknown-product', { name, nearest: meant });
    }
    if (terminal.json) terminal.printJson(found);
    else for (const product of found) printOne(context, product);
    return exitCodes.done;
  },
});

const text = (content: string) => ({ kind: 'text' as const, text: content });

function namesOf(names: readonly string[], say: Context['say']): string {
  return names.length === 0 ? say.lookup.none : names.join(', ');
}

function printAll({ terminal, say }: Context, products: readonly Product[]): void {
  terminal.print(terminal.paint.strong(wrap(say.lookup.compareTitle, terminal.columns)));
  terminal.print();
  const cells = (...values: string[]) => values.map((value) => [text(value)]);
  // The main names only: with all of them no row fits a line.
  const row = (product: Product) =>
    cells(product.concept, ...clouds.map((cloud) => namesOf(product[cloud].slice(0, 1), say)));
  const header = cells(say.lookup.concept, ...clouds.map((cloud) => say.lookup.clouds[cloud]));
  terminal.print(
    renderBlocks(terminal, [{ kind: 'table', header, rows: products.map(row), right: [] }]),
  );
  terminal.note(`\n${wrap(say.lookup.compareOpen, terminal.columns)}`);
}

function printOne({ terminal, say }: Context, product: Product): void {
  const { columns, paint } = terminal;
  const { concept, formerly, differences, lesson, section } = product;
  terminal.print(paint.strong(wrap(concept, columns)));
  terminal.print(renderInlines(terminal, product.text));
  terminal.print();
  for (const cloud of clouds) {
    const label = `${say.lookup.clouds[cloud]}: `.padEnd(7);
    terminal.print(wrap(`  ${label}${namesOf(product[cloud], say)}`, columns, '         '));
  }
  terminal.print();
  terminal.print(paint.strong(say.lookup.differences));
  terminal.print(
    renderBlocks(terminal, [
      {
        kind: 'list',
        items: differences.map((content) => [{ kind: 'paragraph' as const, content }]),
      },
    ]),
  );
  for (const { name, now, since } of formerly) {
    terminal.print(`\n${wrap(say.lookup.formerly(name, now, since), columns)}`);
  }
  terminal.print(`\n${say.lookup.readMore}`);
  terminal.print(`  ${paint.code(`cloudlab lesson ${lesson} --section ${section}`)}\n`);
}
