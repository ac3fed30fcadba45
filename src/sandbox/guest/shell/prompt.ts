export interface PromptFacts {
  readonly user: string;
  readonly hostname: string;
  readonly cwd: string;
  readonly home: string;
  readonly root: boolean;
  readonly now: Date;
  readonly history: number;
}

/** PS1 as bash(1) describes it under PROMPTING; expansions `${...}` in it are taken as empty. */
export function promptText(ps1: string, facts: PromptFacts): string {
  const short =
    facts.cwd === facts.home || facts.cwd.startsWith(`${facts.home}/`)
      ? `~${facts.cwd.slice(facts.home.length)}`
      : facts.cwd;
  const time = facts.now.toISOString().slice(11, 19);
  return ps1
    .replaceAll(/\$\{[^}]*\}/g, '')
    .replaceAll(/\\(e|n|r|a|[0-7]{3}|.)/g, (whole, key: string) => {
      if (/^[0-7]{3}$/.test(key)) return String.fromCharCode(Number.parseInt(key, 8));
      switch (key) {
        case 'u':
          return facts.user;
        case 'h':
          return facts.hostname.split('.')[0] ?? '';
        case 'H':
          return facts.hostname;
        case 'w':
          return short;
        case 'W':
          return short === '~' || short === '/' ? short : (short.split('/').at(-1) ?? '');
        case '$':
          return facts.root ? '#' : '$';
        case 't':
          return time;
        case 'A':
          return time.slice(0, 5);
        case 'd':
          return facts.now.toDateString().slice(0, 10);
        case '!':
        case '#':
          return String(facts.history + 1);
        case 's':
          return 'bash';
        case 'e':
          return '\x1b';
        case 'a':
          return '\x07';
        case 'n':
          return '\n';
        case 'r':
          return '\r';
        case '\\':
          return '\\';
        case '[':
        case ']':
          return '';
        default:
          return whole;
      }
    });
}
