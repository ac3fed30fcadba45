import type { Sources } from './compile.ts';
import type { ContentLanguage, Inline, Product, Term } from './compiled.ts';
import { factsIn } from './facts.ts';
import { parseInline } from './markdown.ts';
import { checkUnique, type Located } from './parallel.ts';
import { resolveFacts } from './prose.ts';
import { termList } from './schema.ts';
import type { Part } from './translation.ts';
import { describePath, type Path, readYaml } from './yaml.ts';

/** `terms.<lang>.yaml`, with what is needed to hold it beside the other language's. */
export interface LessonTerms {
  readonly terms: readonly Term[];
  readonly products: readonly Product[];
  /** Ids, where each is explained, and today's names of products. */
  readonly located: readonly Located[];
  readonly parts: readonly Part[];
  readonly facts: ReadonlySet<string>;
}

/** @returns undefined where something was reported that leaves nothing to go on with */
export function readTerms(
  sources: Sources,
  path: string,
  lesson: string,
  language: ContentLanguage,
): LessonTerms | undefined {
  const file = `${path}/terms.${language}.yaml`;
  const report = sources.problems.of(file);
  const source = sources.read(file);
  const list = source === undefined ? undefined : readYaml(source, 1, termList, report);
  if (list === undefined || source === undefined) return undefined;
  const { value, lineOf } = list;
  const inline = (text: string, at: Path): readonly Inline[] => {
    const here = (expected: string, received: string) =>
      report(lineOf(at), describePath(at), expected, received);
    return parseInline(resolveFacts(text, sources.facts, here), here);
  };
  const terms = value.terms.map(
    ({ text, ...term }, index): Term => ({
      ...term,
      text: inline(text, ['terms', index, 'text']),
      lesson,
    }),
  );
  const products = value.products.map(
    ({ text, differences, formerly, ...product }, index): Product => ({
      ...product,
      formerly: formerly.map(({ name, now, since }) => ({
        name,
        now,
        ...(since !== undefined && { since }),
      })),
      text: inline(text, ['products', index, 'text']),
      differences: differences.map((one, number) =>
        inline(one, ['products', index, 'differences', number]),
      ),
      lesson,
    }),
  );
  const located = [
    ...terms.map(({ id, section }, index) => ({
      id: `term ${id} (${section})`,
      line: lineOf(['terms', index]),
    })),
    ...products.map(({ id, section, gcp, aws, azure }, index) => ({
      id: `product ${id} (${section}: ${[gcp, aws, azure].map((names) => names.join(', ')).join(' | ')})`,
      line: lineOf(['products', index]),
    })),
  ];
  checkUnique(located, 'ids', report);
  const parts = (['terms', 'products'] as const).flatMap((kind) =>
    value[kind].map((one, index) => ({
      id: `${kind === 'terms' ? 'term' : 'product'} ${one.id}`,
      line: lineOf([kind, index]),
      text: JSON.stringify(one),
    })),
  );
  return { terms, products, located, parts, facts: factsIn(source, sources.facts) };
}
