import { Chalk, type ColorSupportLevel } from 'chalk';
import type { Settings } from '../settings.ts';

/** The roles that text can play; which colour a role has is decided here only. */
export interface Paint {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly caution: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly strong: (text: string) => string;
  readonly accent: (text: string) => string;
  readonly code: (text: string) => string;
  readonly emphasis: (text: string) => string;
  readonly enabled: boolean;
}

/**
 * chalk looks only at the stream and FORCE_COLOR. The rest of what users
 * expect is decided here: `--no-color`, NO_COLOR (https://no-color.org), a dumb terminal.
 */
export function choosePaint(settings: Settings, isTerminal: boolean, noColour: boolean): Paint {
  const chalk = new Chalk({ level: colourLevel(settings, isTerminal, noColour) });
  return {
    good: chalk.green,
    bad: chalk.red,
    caution: chalk.yellow,
    faint: chalk.dim,
    strong: chalk.bold,
    accent: chalk.cyan,
    code: chalk.cyan,
    emphasis: chalk.italic,
    enabled: chalk.level > 0,
  };
}

/** Sixteen colours are enough for roles, and follow the user's own theme: the level is 0 or 1. */
function colourLevel(
  settings: Settings,
  isTerminal: boolean,
  noColour: boolean,
): ColorSupportLevel {
  if (noColour || settings.NO_COLOR !== undefined) return 0;
  if (settings.FORCE_COLOR !== undefined) {
    return settings.FORCE_COLOR === '0' || settings.FORCE_COLOR === 'false' ? 0 : 1;
  }
  return isTerminal && settings.TERM !== 'dumb' ? 1 : 0;
}
