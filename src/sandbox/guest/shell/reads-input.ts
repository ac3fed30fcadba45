/**
 * Which of just-bash's own commands read standard input when called so. They take it as a
 * value before they begin, and asking a client for its input where nobody reads it would make
 * `ssh vm ls` wait for ever. Options with a value of their own are listed, so that it is not
 * taken for a file.
 */
const READERS: Readonly<Record<string, { values?: string; before?: number; always?: true }>> = {
  cat: {},
  wc: {},
  sort: { values: 'ktSTo' },
  uniq: { values: 'fsw' },
  head: { values: 'nc' },
  tail: { values: 'nc' },
  tac: {},
  rev: {},
  nl: { values: 'bhfvilnswd' },
  cut: { values: 'dfbc' },
  paste: { values: 'd' },
  fold: { values: 'w' },
  column: { values: 'sco' },
  expand: { values: 't' },
  unexpand: { values: 't' },
  od: { values: 'ANjtw' },
  strings: { values: 'nt' },
  base64: { values: 'w' },
  md5sum: {},
  sha1sum: {},
  sha256sum: {},
  gzip: {},
  gunzip: {},
  zcat: {},
  tee: { always: true },
  tr: { always: true },
  xargs: { always: true },
  sed: { values: 'efil', before: 1 },
  awk: { values: 'Fvf', before: 1 },
  jq: { before: 1 },
  grep: { values: 'efmABC', before: 1 },
  egrep: { values: 'efmABC', before: 1 },
  fgrep: { values: 'efmABC', before: 1 },
};

export function readsInput(name: string, args: readonly string[]): boolean {
  if (name === 'tar') return tarReads(args);
  const reader = READERS[name];
  if (!reader) return false;
  if (reader.always || args.includes('-')) return true;
  if (args.includes('--help') || args.includes('--version')) return false;
  if (name === 'grep' && args.some((arg) => /^-[a-zA-Z]*[rR]|^--recursive/.test(arg))) return false;
  const { values = '', before = 0 } = reader;
  let operands = 0;
  let given = false;
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] as string;
    if (arg === '--') {
      operands += args.length - at - 1;
      break;
    }
    if (!arg.startsWith('-')) operands++;
    else if (!arg.startsWith('--') && values.includes(arg.at(-1) as string)) {
      at++;
      // `grep -e PATTERN`, `sed -f FILE`: what would come first is given already.
      if (before > 0 && /[ef]$/.test(arg) && name !== 'awk') given = true;
      if (name === 'awk' && arg === '-f') given = true;
    }
  }
  if (name === 'awk' && !given && onlyBegins(args)) return false;
  return operands <= (given ? 0 : before);
}

/** An awk program that is done before it reads: `BEGIN { ... }` and nothing else. */
function onlyBegins(args: readonly string[]): boolean {
  const text = args.find((arg) => /^\s*BEGIN\b/.test(arg));
  if (text === undefined) return false;
  let depth = 0;
  let outside = '';
  for (const character of text.replaceAll(/"(\\.|[^"\\])*"/g, '""')) {
    if (character === '{') depth++;
    if (depth === 0) outside += character;
    if (character === '}') depth--;
  }
  return outside.replaceAll('BEGIN', '').trim().replaceAll(/[;\s]/g, '') === '';
}

function tarReads(args: readonly string[]): boolean {
  const extracts = /[xt]/.test((args[0] ?? '').replace(/^--?/, ''));
  const file = args.findIndex((arg) => /^-?[a-zA-Z]*f$/.test(arg));
  return extracts && (file === -1 || args[file + 1] === '-');
}
