import xterm from '@xterm/headless';

/** A terminal without a window: what is written is interpreted as a real one would. */
export class Screen {
  private readonly terminal: xterm.Terminal;

  constructor(readonly columns: number) {
    this.terminal = new xterm.Terminal({
      cols: columns,
      rows: 24,
      scrollback: 10_000,
      allowProposedApi: true,
      // A real terminal driver turns a line feed into a new line.
      convertEol: true,
    });
  }

  write(text: string): void {
    this.terminal.write(text);
  }

  /** Everything shown, line by line, without the spaces at the ends. */
  async text(): Promise<string> {
    await new Promise<void>((resolve) => this.terminal.write('', resolve));
    const { active } = this.terminal.buffer;
    const lines: string[] = [];
    for (let row = 0; row < active.length; row += 1) {
      lines.push(active.getLine(row)?.translateToString(true) ?? '');
    }
    return `${lines.join('\n').trimEnd()}\n`;
  }
}
