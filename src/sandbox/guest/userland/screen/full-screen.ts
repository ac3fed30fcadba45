import type { Keys, ProgramIo } from '../../kernel/programs.ts';

/**
 * Runs a program that has the terminal for itself. It draws on xterm's second screen, so that
 * what the shell printed is there again afterwards.
 *
 * @returns undefined where there is no terminal
 */
export async function fullScreen(
  io: ProgramIo,
  run: (keys: Keys) => Promise<number>,
): Promise<number | undefined> {
  const keys = io.openKeys?.();
  if (keys === undefined) return undefined;
  keys.draw('\x1b[?1049h\x1b[H\x1b[2J');
  try {
    return await run(keys);
  } finally {
    keys.draw('\x1b[?1049l\x1b[?25h');
    keys.close();
  }
}

/** Rows of a whole screen, and where the cursor stands, counted from 0. */
export function paint(
  keys: Keys,
  rows: readonly string[],
  at: { row: number; cell: number },
): void {
  const lines = rows.map((row, index) => `\x1b[${index + 1};1H${row}\x1b[0m\x1b[K`);
  keys.draw(`\x1b[?25l${lines.join('')}\x1b[${at.row + 1};${at.cell + 1}H\x1b[?25h`);
}

export const inverse = (text: string): string => `\x1b[7m${text}\x1b[0m`;
