import type { FileView } from '../fs/view.ts';
import { INTERPRETER_WORDS } from './words.ts';

/** What Tab offers: commands where one begins, paths elsewhere. As node:readline wants it. */
export function complete(
  line: string,
  view: FileView,
  env: ReadonlyMap<string, string>,
  own: readonly string[],
): [string[], string] {
  const word = /(?:[^\s\\;|&<>()]|\\.)*$/.exec(line)?.[0] ?? '';
  const before = line.slice(0, line.length - word.length).trimEnd();
  const first = before === '' || /(^|[;|&(]|\b(sudo|then|do|else|time|nohup))$/.test(before);
  if (first && !word.includes('/')) return [commands(word, view, env, own), word];
  return [paths(word, view, env.get('HOME') ?? '/', before.endsWith('cd')), word];
}

function commands(
  start: string,
  view: FileView,
  env: ReadonlyMap<string, string>,
  own: readonly string[],
): string[] {
  const names = new Set([...own, ...INTERPRETER_WORDS]);
  for (const folder of (env.get('PATH') ?? '').split(':')) {
    if (!view.exists(folder) || !view.may('r', folder)) continue;
    for (const name of view.list(folder)) names.add(name);
  }
  const found = [...names].filter((name) => name.startsWith(start)).sort();
  return found.length === 1 ? [`${found[0]} `] : found.slice(0, 500);
}

function paths(word: string, view: FileView, home: string, onlyFolders: boolean): string[] {
  const plain = word.replaceAll(/\\(.)/g, '$1');
  const cut = plain.lastIndexOf('/') + 1;
  const shown = plain.slice(0, cut);
  const start = plain.slice(cut);
  const folder = shown.startsWith('~/') ? `${home}/${shown.slice(2)}` : shown === '' ? '.' : shown;
  if (!view.exists(folder) || view.stat(folder).type !== 'folder' || !view.may('r', folder))
    return [];
  const found = view
    .list(folder)
    .filter((name) => name.startsWith(start) && (start !== '' || !name.startsWith('.')))
    .map((name) => ({ name, folder: isFolder(view, `${folder}/${name}`) }))
    .filter((entry) => entry.folder || !onlyFolders);
  return found.map((entry) => {
    const text = `${shown}${entry.name}`.replaceAll(/([\s'"\\$&|;<>()*?[\]#])/g, '\\$1');
    return entry.folder ? `${text}/` : found.length === 1 ? `${text} ` : text;
  });
}

function isFolder(view: FileView, path: string): boolean {
  return view.exists(path) && view.stat(path).type === 'folder';
}
