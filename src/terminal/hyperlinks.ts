import type { Settings } from '../settings.ts';

/** What names itself in TERM. */
const terms = /^(xterm-kitty|xterm-ghostty|alacritty|foot|wezterm|contour)/;
/** What names itself in TERM_PROGRAM. */
const programs = /^(iTerm\.app|WezTerm|ghostty|vscode|mintty|rio|zed)$/;
/** GNOME's library for terminals; 0.50.0, the first, crashed on links. */
const firstVte = 5001;

/**
 * True where a link can be put behind its text (OSC 8). No terminal can be asked; one that does not
 * know them, like macOS's own, shows the text and swallows the address. So those are named that do.
 *
 * @see https://github.com/Alhadis/OSC8-Adoption
 */
export function knowsHyperlinks({ TERM, TERM_PROGRAM, VTE_VERSION, WT_SESSION }: Settings) {
  // What they run in has set the other variables, and need not get to see the links.
  if (/^(tmux|screen|dumb|linux)/.test(TERM ?? '')) return false;
  if (terms.test(TERM ?? '') || programs.test(TERM_PROGRAM ?? '')) return true;
  return WT_SESSION !== undefined || Number(VTE_VERSION ?? 0) >= firstVte;
}
