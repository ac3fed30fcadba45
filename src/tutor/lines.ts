import { createInterface } from 'node:readline';
import type { Context } from '../context.ts';
import { Interrupted } from '../errors.ts';
import { Inbox } from './inbox.ts';
import type { Prompt, Replies } from './keys.ts';
import { cleanLine, toLatin } from './typed.ts';

/** Answers as whole lines, for a screen reader and wherever single keys cannot be read. */
export function openLines({ host, terminal }: Pick<Context, 'host' | 'terminal'>): Replies {
  const { stdin, stdout } = terminal.streams;
  const inbox = new Inbox<string>();
  // Without `terminal` the line is edited by the system, which composes Hangul and echoes it.
  const lines = createInterface({ input: stdin, terminal: false });
  lines.on('line', (line) => inbox.put(cleanLine(line)));
  lines.on('close', () => inbox.end());
  const stopListening = host.interrupts.listen(() => inbox.end(new Interrupted()));

  let asked: Prompt | undefined;
  // Meanwhile the shell has written below it.
  const stopWatching = host.job.onResumed(() => stdout.write(asked?.(0) ?? ''));

  const askLine = async (prompt: Prompt, until?: AbortSignal): Promise<string | undefined> => {
    asked = prompt;
    stdout.write(prompt(0));
    let answer: string | undefined;
    try {
      answer = await inbox.take(until);
      return answer;
    } finally {
      asked = undefined;
      // Enter has ended the line, unless there was none.
      if (answer === undefined) stdout.write('\n');
    }
  };

  return {
    async ask(prompt, until) {
      const line = await askLine(prompt, until);
      return line === undefined ? undefined : toLatin(line);
    },
    async compose(prompt, { hotkeys }) {
      const line = await askLine(prompt);
      if (line === undefined) return undefined;
      const key = await toLatin(line);
      return key.length === 1 && hotkeys.includes(key) ? { key } : { written: line };
    },
    above(print) {
      if (asked !== undefined) stdout.write('\n');
      print();
      stdout.write(asked?.(0) ?? '');
    },
    renew() {},
    during: (work) => inbox.during(work),
    close() {
      stopListening();
      stopWatching();
      lines.close();
    },
  };
}
