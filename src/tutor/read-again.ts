import { wrap } from '../terminal/width.ts';
import type { Page } from './stage.ts';

/** A section of a lesson, by its ids and the title that its readers see. */
export interface ToRead {
  readonly lesson: string;
  readonly id: string;
  readonly title: string;
}

/** The sections in which what went wrong is taught, with the command that opens each. */
export function printReadAgain({ terminal, say }: Page, sections: readonly ToRead[]): void {
  if (sections.length === 0) return;
  terminal.print(wrap(say.readAgain, terminal.columns));
  for (const { lesson, id, title } of sections) {
    terminal.print(wrap(`  - ${title}`, terminal.columns, '    '));
    terminal.print(`    ${terminal.paint.code(`cloudlab lesson ${lesson} --section ${id}`)}`);
  }
  terminal.print();
}
