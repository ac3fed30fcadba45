import type { Context } from '../../context.ts';
import { widthOf } from '../../terminal/width.ts';
import type { Prompt } from '../../tutor/keys.ts';

/** What the last line says. */
export interface Live {
  /** Tasks done, and all that are asked for. */
  readonly done: number;
  readonly all: number;
  /** What is waited for, or being done. */
  readonly doing: string;
}

/**
 * The line at the bottom: how far, what is waited for, and the keys. It never takes more than one
 * line of the window: words go first, then what is waited for.
 */
export function liveLine({ terminal, say }: Pick<Context, 'terminal' | 'say'>, live: () => Live) {
  const { keys } = say.guided;
  const { accent, faint } = terminal.paint;
  const offered = [
    ['r', keys.look],
    ['h', keys.hint],
    ['s', keys.skip],
    ['q', keys.leave],
    ['?', keys.help],
  ] as const;
  const long = offered.map(([key, word]) => `${accent(key)} ${faint(word)}`).join('  ');
  const short = offered.map(([key]) => accent(key)).join(' ');
  const prompt: Prompt = (reserved) => {
    const { done, all, doing } = live();
    const position = `[${done}/${all}]`;
    const lines = [
      `${position} ${doing}  ${long} > `,
      `${position} ${doing}  ${short} > `,
      `${position} ${short} > `,
      '> ',
    ];
    if (terminal.plain) return `${position} ${doing} (r h s q ?) > `;
    return lines.find((line) => widthOf(line) + reserved < terminal.columns) ?? '> ';
  };
  return prompt;
}
