/**
 * How each shell is started so that it is the user's own, with the user's own settings, and in
 * it our variables and a mark before the prompt. The user's files may set those variables as
 * well, and the prompt, so ours come after them:
 *
 * - bash reads the file of `--rcfile` instead of `~/.bashrc`, which that file reads first.
 * - zsh has no such option, but looks for its files where `ZDOTDIR` says: ours read the user's.
 * - fish runs `--init-command` after its own files.
 * - PowerShell runs `-Command` after its profile, and stays with `-NoExit`.
 *
 * The prompt is marked each time it is shown, because tools such as starship write it anew.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Host } from '../context.ts';
import { UserError } from '../errors.ts';
import type { Environment } from './client-session.ts';
import { findProgram } from './find-program.ts';
import { printVariables, type ShellName, shellNameOf, unsupported } from './shell-families.ts';

export interface ShellProgram {
  readonly name: ShellName;
  readonly path: string;
}

/** What begins each line in which a command is typed. */
export const promptMark = '(cloudlab) ';

const names: Readonly<Record<string, ShellName>> = {
  bash: 'bash',
  zsh: 'zsh',
  fish: 'fish',
  powershell: 'powershell',
  pwsh: 'powershell',
};

/**
 * The shell to open: the one that was named, else the user's (SHELL), else the platform's.
 *
 * @param shell the value of SHELL
 * @throws UserError `unsupported-shell`, `shell-missing`
 */
export function findShell(
  host: Host,
  named: string | undefined,
  shell: string | undefined,
): ShellProgram {
  const usual = host.platform === 'win32' ? 'powershell' : 'bash';
  const wanted = named ?? shell ?? usual;
  const name = names[shellNameOf(wanted)];
  if (name === undefined) throw unsupported(shellNameOf(wanted));
  // `--shell zsh` means the zsh that is somebody's shell already, if it is.
  const isOwn = shell !== undefined && shellNameOf(shell) === shellNameOf(wanted);
  const candidates = isOwn ? [shell] : name === 'powershell' ? ['pwsh', 'powershell'] : [wanted];
  for (const candidate of candidates) {
    const path = findProgram(host, candidate);
    if (path !== undefined) return { name, path };
  }
  throw new UserError('shell-missing', { shell: wanted });
}

export interface ShellStart {
  readonly args: readonly string[];
  /** What the shell itself needs beside the environment. */
  readonly environment: Environment;
}

/**
 * Writes what the shell reads when it starts.
 *
 * @param folder of this shell's own; it may go once the shell has ended
 */
export function prepareShell(
  { name }: ShellProgram,
  { variables }: Pick<Host, 'variables'>,
  folder: string,
  environment: Environment,
): ShellStart {
  const file = (called: string, text: string): string => {
    const path = join(folder, called);
    writeFileSync(path, `${text}\n`, { mode: 0o600 });
    return path;
  };
  switch (name) {
    case 'bash':
      return {
        args: ['--rcfile', file('bashrc', bashStart(printVariables(environment, 'posix'))), '-i'],
        environment: {},
      };
    case 'zsh': {
      file('.zshenv', zshEnvironment(folder));
      file('.zshrc', zshStart(folder, printVariables(environment, 'posix')));
      const user = variables['ZDOTDIR'] ?? null;
      return { args: ['-i'], environment: { ZDOTDIR: folder, CLOUDLAB_USER_ZDOTDIR: user } };
    }
    case 'fish': {
      const path = file('config.fish', fishStart(printVariables(environment, 'fish')));
      const quoted = path.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
      return { args: ['--init-command', `source '${quoted}'`], environment: {} };
    }
    case 'powershell': {
      const path = file('start.ps1', powershellStart(printVariables(environment, 'powershell')));
      // Not run as a script, which a policy may forbid.
      const command = `Get-Content -Raw -LiteralPath '${path.replaceAll("'", "''")}' | Invoke-Expression`;
      return { args: ['-NoLogo', '-NoExit', '-Command', command], environment: {} };
    }
  }
}

function bashStart(variables: string): string {
  return `if [ -f ~/.bashrc ]; then . ~/.bashrc
elif [ -f ~/.bash_profile ]; then . ~/.bash_profile
fi
${variables}
__cloudlab_prompt() {
  local status=$?
  case $PS1 in *'${promptMark}'*) ;; *) PS1='${promptMark}'$PS1 ;; esac
  return $status
}
if [[ $(declare -p PROMPT_COMMAND 2>/dev/null) == 'declare -a'* ]]; then
  PROMPT_COMMAND+=(__cloudlab_prompt)
else
  PROMPT_COMMAND="\${PROMPT_COMMAND:+$PROMPT_COMMAND
}__cloudlab_prompt"
fi`;
}

/** The user's own file may say that the others lie elsewhere; that is remembered, and ours come next. */
function zshEnvironment(folder: string): string {
  return `if [[ -n $CLOUDLAB_USER_ZDOTDIR ]]; then ZDOTDIR=$CLOUDLAB_USER_ZDOTDIR; else unset ZDOTDIR; fi
if [[ -f \${ZDOTDIR:-$HOME}/.zshenv ]]; then . "\${ZDOTDIR:-$HOME}/.zshenv"; fi
export CLOUDLAB_USER_ZDOTDIR=\${ZDOTDIR-}
ZDOTDIR=${posixQuoted(folder)}`;
}

function zshStart(folder: string, variables: string): string {
  return `if [[ -n $CLOUDLAB_USER_ZDOTDIR ]]; then export ZDOTDIR=$CLOUDLAB_USER_ZDOTDIR; else unset ZDOTDIR; fi
unset CLOUDLAB_USER_ZDOTDIR
# The system's file may have put the history where our files are, which go.
if [[ $HISTFILE == ${posixQuoted(folder)}/* ]]; then HISTFILE=\${ZDOTDIR:-$HOME}/.zsh_history; fi
if [[ -f \${ZDOTDIR:-$HOME}/.zshrc ]]; then . "\${ZDOTDIR:-$HOME}/.zshrc"; fi
${variables}
__cloudlab_prompt() {
  [[ $PROMPT == *'${promptMark}'* ]] || PROMPT='${promptMark}'$PROMPT
}
autoload -Uz add-zsh-hook && add-zsh-hook precmd __cloudlab_prompt`;
}

function posixQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function fishStart(variables: string): string {
  return `${variables}
if functions -q fish_prompt
    functions -c fish_prompt __cloudlab_fish_prompt
else
    function __cloudlab_fish_prompt
        echo '> '
    end
end
function fish_prompt
    set -l last $status
    echo -n '${promptMark}'
    # The prompt may show how the last command ended.
    echo "exit $last" | source
    __cloudlab_fish_prompt
end`;
}

function powershellStart(variables: string): string {
  return `${variables}
$global:__cloudlabPrompt = $function:prompt
function global:prompt { '${promptMark}' + (& $global:__cloudlabPrompt) }`;
}
