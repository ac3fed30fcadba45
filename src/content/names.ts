import type { Product, Term } from './compiled.ts';

/** Every name under which somebody may ask for a product. */
export function namesOfProduct({
  id,
  concept,
  gcp,
  aws,
  azure,
  also,
  formerly,
}: Product): string[] {
  return [...gcp, ...aws, ...azure, ...also, ...formerly.map(({ name }) => name), concept, id];
}

/** Every name under which somebody may ask for a term. */
export function namesOfTerm({ id, term, also }: Term): string[] {
  return [term, ...also, id];
}
