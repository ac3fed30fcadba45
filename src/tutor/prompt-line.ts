import type { Context } from '../context.ts';
import { widthOf } from '../terminal/width.ts';
import type { Prompt } from './keys.ts';

/** The line at the bottom: the prompt and what is written behind it. It gives way to the answer. */
export class PromptLine {
  /** What stands on the screen; undefined where nothing does. */
  private shown: string | undefined;
  private latest: (() => string) | undefined;

  constructor(private readonly terminal: Context['terminal']) {}

  show(prompt: Prompt, written: string): void {
    this.latest = () => {
      const before = prompt(widthOf(written));
      return before + tail(written, this.terminal.columns - widthOf(before) - 1);
    };
    this.draw(this.latest());
  }

  /** Draws it anew for a window whose width has changed, and whose terminal has broken the old line. */
  fit(): void {
    const { animated, streams } = this.terminal;
    if (this.shown === undefined || this.latest === undefined || !animated) return;
    const above = Math.ceil(widthOf(this.shown) / (streams.stdout.columns || 80)) - 1;
    streams.stdout.write(`\r${above > 0 ? `\u001b[${above}A` : ''}\u001b[J`);
    this.shown = undefined;
    this.draw(this.latest());
  }

  /** What it says may have changed; a terminal that cannot redraw is spared each change. */
  renew(): void {
    if (this.shown !== undefined && this.latest !== undefined && this.terminal.animated) {
      this.draw(this.latest());
    }
  }

  /** Draws it anew, whatever stands on its line now. */
  showAgain(): void {
    if (this.latest === undefined) return;
    if (this.terminal.animated || this.shown !== undefined) this.leave();
    this.draw(this.latest());
  }

  /** Leaves the line to somebody else for a while; a terminal that cannot redraw keeps what was asked. */
  leave(): void {
    if (this.latest === undefined) return;
    this.terminal.streams.stdout.write(this.terminal.animated ? '\r\u001b[2K' : '\n');
    this.shown = undefined;
  }

  end(): void {
    this.leave();
    this.latest = undefined;
  }

  private draw(text: string): void {
    const { animated, streams } = this.terminal;
    const { shown } = this;
    if (text === shown) return;
    if (shown === undefined) streams.stdout.write(text);
    else if (text.startsWith(shown)) streams.stdout.write(text.slice(shown.length));
    else streams.stdout.write((animated ? '\r\u001b[2K' : '\n') + text);
    this.shown = text;
  }
}

/** As much of the end as fits. */
function tail(text: string, columns: number): string {
  let kept = text;
  while (kept !== '' && widthOf(kept) > columns) kept = Array.from(kept).slice(1).join('');
  return kept;
}
