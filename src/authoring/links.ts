import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '../content/problems.ts';

/** Asks one address; as `fetch` of node, which is handed in. */
export type AskPage = (url: string) => Promise<{ readonly status: number }>;

/** How many pages are asked at once: many enough to be quick, few enough not to be shut out. */
const atOnce = 8;

/** Sites that answer programs with 403 or 429 although people can read them: not called broken. */
const unsure: readonly number[] = [401, 403, 405, 429, 503];

/** Every address that lessons, questions, terms and facts name, where it stands first. */
export function linksOf(
  root: string,
): Map<string, { readonly file: string; readonly line: number }> {
  const links = new Map<string, { file: string; line: number }>();
  for (const file of textsBelow(root, 'lessons').concat(textsBelow(root, 'missions'))) {
    const lines = readFileSync(join(root, file), 'utf8').split('\n');
    for (const [index, line] of lines.entries()) {
      for (const [url] of line.matchAll(/https:\/\/[\x21-\x7e]*[\w/#]/g)) {
        const page = url.replace(/[)>\]"'].*$/, '').replace(/#.*$/, '');
        if (!links.has(page)) links.set(page, { file, line: index + 1 });
      }
    }
  }
  return links;
}

/** Names every address that does not lead to a page. */
export async function checkLinks(root: string, ask: AskPage): Promise<Problem[]> {
  const links = [...linksOf(root)];
  const broken: Problem[] = [];
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let next = links.shift(); next !== undefined; next = links.shift()) {
        const [url, place] = next;
        const received = await ask(url).then(
          ({ status }) => (status < 400 || unsure.includes(status) ? undefined : `${status}`),
          (error: unknown) => (error instanceof Error ? error.message : String(error)),
        );
        if (received !== undefined) {
          broken.push({ ...place, path: url, expected: 'a page', received });
        }
      }
    }),
  );
  return broken;
}

function textsBelow(root: string, folder: string): string[] {
  return readdirSync(join(root, folder)).flatMap((name) => {
    const path = `${folder}/${name}`;
    if (statSync(join(root, path)).isDirectory()) return textsBelow(root, path);
    return /\.(md|yaml)$/.test(name) && name !== 'README.md' ? [path] : [];
  });
}
