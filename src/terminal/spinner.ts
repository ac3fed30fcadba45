import type { Terminal } from './terminal.ts';
import { widthOf } from './width.ts';

/** Something under way. `stop` takes the line away again; the result is then printed as text. */
export interface Spinner {
  stop(): void;
  /** Says what it has come to. */
  update(text: string): void;
}

const nothing: Spinner = { stop() {}, update() {} };

/**
 * A spinner on stderr while work is under way. ora redraws without end where
 * the width is 0 and colours although NO_COLOR is set, so it is reached only
 * here: on a terminal that can be redrawn, one line long, coloured if the rest is.
 */
export async function startSpinner(terminal: Terminal, text: string): Promise<Spinner> {
  if (!terminal.animated) return nothing;
  const { default: ora } = await import('ora');
  const spinner = ora({
    text: truncate(text, terminal.columns - 4),
    stream: terminal.streams.stderr,
    color: terminal.paint.enabled ? 'cyan' : false,
    // ora would otherwise read the keyboard, and swallow a Ctrl-C on some terminals.
    discardStdin: false,
    isEnabled: true,
  }).start();
  return {
    stop: () => spinner.stop(),
    update(latest) {
      spinner.text = truncate(latest, terminal.columns - 4);
    },
  };
}

function truncate(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  let kept = '';
  for (const character of text) {
    if (widthOf(kept + character) >= columns) break;
    kept += character;
  }
  return `${kept}…`;
}
