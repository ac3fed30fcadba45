import { UserError } from '../errors.ts';

/** The shells that are spoken of by name. */
export const shells = ['bash', 'zsh', 'fish', 'powershell'] as const;

export type ShellName = (typeof shells)[number];

/** Shells that share one syntax for setting a variable. */
export type ShellFamily = 'posix' | 'fish' | 'powershell';

const families: Readonly<Record<string, ShellFamily>> = {
  bash: 'posix',
  zsh: 'posix',
  sh: 'posix',
  dash: 'posix',
  ksh: 'posix',
  fish: 'fish',
  powershell: 'powershell',
  pwsh: 'powershell',
};

/**
 * The family of the shell that was named, or else of the one in use.
 *
 * @param path the value of SHELL
 * @throws UserError `unsupported-shell` where one was named that is not known
 */
export function chooseShell(
  named: string | undefined,
  path: string | undefined,
  platform: NodeJS.Platform,
): ShellFamily {
  if (named !== undefined) {
    const family = families[named];
    if (family !== undefined) return family;
    throw unsupported(named);
  }
  if (path === undefined && platform === 'win32') return 'powershell';
  return families[shellNameOf(path ?? '')] ?? 'posix';
}

/** `zsh` for `/usr/local/bin/zsh`. */
export function shellNameOf(path: string): string {
  return (path.split(/[\\/]/).at(-1) ?? '').replace(/\.exe$/i, '').toLowerCase();
}

export function unsupported(shell: string): UserError {
  return new UserError('unsupported-shell', { shell, supported: shells.join(', ') });
}

/** The command with which each shell takes over what `cloudlab env` prints. */
export const evalCommands: Readonly<Record<ShellFamily, string>> = {
  posix: 'eval "$(cloudlab env)"',
  fish: 'cloudlab env --shell fish | source',
  powershell: 'cloudlab env --shell powershell | Out-String | Invoke-Expression',
};

interface Syntax {
  set(name: string, value: string): string;
  unset(name: string): string;
}

const syntaxes: Readonly<Record<ShellFamily, Syntax>> = {
  posix: {
    set: (name, value) => `export ${name}='${value.replaceAll("'", "'\\''")}'`,
    unset: (name) => `unset ${name}`,
  },
  fish: {
    set: (name, value) =>
      `set -gx ${name} '${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`,
    unset: (name) => `set -e ${name}`,
  },
  powershell: {
    set: (name, value) => `$env:${name} = '${value.replaceAll("'", "''")}'`,
    unset: (name) => `Remove-Item Env:${name} -ErrorAction SilentlyContinue`,
  },
};

/**
 * The variables as commands of a shell.
 *
 * @param variables null for those that are to be removed
 */
export function printVariables(
  variables: Readonly<Record<string, string | null>>,
  shell: ShellFamily,
): string {
  const { set, unset } = syntaxes[shell];
  return Object.entries(variables)
    .map(([name, value]) => (value === null ? unset(name) : set(name, value)))
    .join('\n');
}
