import type { Report } from './problems.ts';

/** Something with an id, and the line on which an author finds it. */
export interface Located {
  readonly id: string;
  readonly line: number;
}

/** Reports an id that occurs twice. */
export function checkUnique(items: readonly Located[], path: string, report: Report): void {
  const seen = new Set<string>();
  for (const { id, line } of items) {
    if (seen.has(id)) report(line, path, 'an id of its own', id);
    seen.add(id);
  }
}

/**
 * Both languages carry the same ids in the same order, so that progress made
 * in one counts in the other. Reports the first difference, at the Korean text.
 */
export function checkParallel(
  english: readonly Located[],
  korean: readonly Located[],
  path: string,
  report: Report,
): void {
  const length = Math.max(english.length, korean.length);
  for (let index = 0; index < length; index += 1) {
    const [expected, received] = [english[index], korean[index]];
    if (expected?.id === received?.id) continue;
    const line = received?.line ?? korean.at(-1)?.line ?? 1;
    const wanted = expected === undefined ? 'the end' : expected.id;
    report(line, `${path}[${index}]`, `${wanted}, as in English`, received?.id ?? 'the end');
    return;
  }
}
