import { shells } from '../cloud/shell-families.ts';
import { exitCodes, UserError } from '../errors.ts';
import { defineCommand } from './command.ts';

export default defineCommand({
  summary: (say) => say.commands.completion,
  arguments: [{ name: '<shell>', text: () => shells.join(', ') }],
  examples: ['eval "$(cloudlab completion bash)"', 'cloudlab completion fish | source'],

  async run({ terminal, say }, [name]) {
    const shell = shells.find((one) => one === name);
    if (shell === undefined) {
      throw new UserError('unsupported-shell', { shell: name ?? '', supported: shells.join(', ') });
    }
    if (terminal.json) terminal.printJson({ shell, script: scripts[shell] });
    else terminal.print(scripts[shell]);
    if (terminal.interactive) terminal.note(say.completion.install[shell]);
    return exitCodes.done;
  },
});

/**
 * The scripts know nothing: they pass the words on to `cloudlab complete`,
 * which prints one candidate a line, so they need not change with the commands.
 */
const scripts: Readonly<Record<(typeof shells)[number], string>> = {
  bash: `_cloudlab() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen -W "$(cloudlab complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _cloudlab cloudlab`,
  zsh: `_cloudlab() {
  local -a candidates
  candidates=(\${(f)"$(cloudlab complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)"})
  (( \${#candidates} )) && compadd -- $candidates || _files
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
compdef _cloudlab cloudlab`,
  fish: `complete -c cloudlab -f -a '(cloudlab complete -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'`,
  powershell: `Register-ArgumentCompleter -Native -CommandName cloudlab -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $words = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
  if ($wordToComplete -eq '') { $words += '""' }
  cloudlab complete -- @words 2>$null | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
  }
}`,
};
