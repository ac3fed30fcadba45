import type { Key } from 'node:readline';
import { cleanLine } from './typed.ts';

/** Asks a terminal to tell what is pasted from what is typed, and no longer to. */
export const tellPastes = '\u001b[?2004h';
export const mixPastes = '\u001b[?2004l';

/** More than this is no answer to anything. */
const longest = 1000;

/**
 * What is pasted, apart from what is typed: the letters of a pasted page are no keys, and its
 * `q` must not end the program and hand the rest of the page to the shell as commands.
 */
export class Pasting {
  /** As it arrived, with escape codes; undefined while somebody types. */
  private text: string | undefined;

  /**
   * Takes what belongs to a paste.
   *
   * @returns `typed` for a key that was typed, `more` inside a paste, and at its end what was pasted,
   *   as one line
   */
  take(typed: string | undefined, { name, sequence }: Key): 'typed' | 'more' | { text: string } {
    if (name === 'paste-start') {
      this.text = '';
      return 'more';
    }
    if (this.text === undefined) return 'typed';
    if (name === 'paste-end') {
      const text = cleanLine(this.text.replace(/\s+/g, ' '));
      this.text = undefined;
      return { text };
    }
    if (this.text.length < longest) this.text += sequence ?? typed ?? '';
    return 'more';
  }
}
