import type { FileView } from '../../fs/view.ts';

/** git's configuration files. https://git-scm.com/docs/git-config#_syntax */

export interface Setting {
  /** `user.name`, `branch.main.remote`: the section and the name in small letters. */
  readonly key: string;
  readonly value: string;
}

export function settingsOf(text: string): Setting[] {
  const found: Setting[] = [];
  let section = '';
  for (const line of text.split('\n')) {
    const head = /^\s*\[([\w.-]+)(?:\s+"((?:[^"\\]|\\.)*)")?\]/.exec(line);
    if (head) {
      const name = (head[1] ?? '').toLowerCase();
      section = head[2] === undefined ? name : `${name}.${head[2].replaceAll(/\\(.)/g, '$1')}`;
      continue;
    }
    const entry = /^\s*([A-Za-z][\w-]*)\s*(?:=\s*(.*))?$/.exec(line);
    if (entry && section !== '') {
      const key = `${section}.${(entry[1] ?? '').toLowerCase()}`;
      found.push({ key, value: entry[2] === undefined ? 'true' : unquoted(entry[2]) });
    }
  }
  return found;
}

function unquoted(text: string): string {
  let value = '';
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const letter = text[at] as string;
    if (letter === '\\') value += { n: '\n', t: '\t' }[text[++at] ?? ''] ?? text[at] ?? '';
    else if (letter === '"') quoted = !quoted;
    else if (!quoted && (letter === '#' || letter === ';')) break;
    else value += letter;
  }
  return quoted ? value : value.trimEnd();
}

function written(value: string): string {
  const escaped = value
    .replaceAll(/[\\"]/g, '\\$&')
    .replaceAll('\n', '\\n')
    .replaceAll('\t', '\\t');
  return /^\s|\s$|[#;]/.test(value) ? `"${escaped}"` : escaped;
}

/** `branch.main.remote` in its three parts; undefined where it is no key. */
export function partsOf(key: string): { section: string; sub?: string; name: string } | undefined {
  const match = /^([A-Za-z][\w-]*)(?:\.(.+))?\.([A-Za-z][\w-]*)$/s.exec(key);
  if (!match) return undefined;
  const [, section = '', sub, name = ''] = match;
  return { section: section.toLowerCase(), ...(sub === undefined ? {} : { sub }), name };
}

/** In the way that keys are compared. */
export function normalKey(key: string): string {
  const parts = partsOf(key);
  if (!parts) return key.toLowerCase();
  const { section, sub, name } = parts;
  return [section, ...(sub === undefined ? [] : [sub]), name.toLowerCase()].join('.');
}

/** Changes a setting, or takes it out (`undefined`), and leaves all other lines as they are. */
export function withSetting(text: string, key: string, value: string | undefined): string {
  const parts = partsOf(key);
  if (!parts) return text;
  const { section, sub, name } = parts;
  const head =
    sub === undefined ? `[${section}]` : `[${section} "${sub.replaceAll(/[\\"]/g, '\\$&')}"]`;
  const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n');
  let current = '';
  let last = -1;
  const result: string[] = [];
  let done = false;
  for (const line of lines) {
    const [setting] = settingsOf(`${current}\n${line}`);
    if (/^\s*\[/.test(line)) current = line.trim();
    if (setting?.key === normalKey(key) && !/^\s*\[/.test(line)) {
      if (value === undefined || done) continue;
      result.push(`\t${name} = ${written(value)}`);
      done = true;
    } else result.push(line);
    if (current.toLowerCase() === head.toLowerCase()) last = result.length;
  }
  if (value !== undefined && !done) {
    if (last < 0) result.push(head, `\t${name} = ${written(value)}`);
    else result.splice(last, 0, `\t${name} = ${written(value)}`);
  }
  return result.length === 0 ? '' : `${result.join('\n')}\n`;
}

/** Takes a whole section out, such as that of a remote. */
export function withoutSection(text: string, section: string, sub: string): string {
  const head = `[${section} "${sub}"]`;
  let inside = false;
  return text
    .split('\n')
    .filter((line) => {
      if (/^\s*\[/.test(line)) inside = line.trim() === head;
      return !inside;
    })
    .join('\n');
}

export function readSettings(view: FileView, file: string): Setting[] {
  return view.exists(file) ? settingsOf(view.readText(file)) : [];
}
