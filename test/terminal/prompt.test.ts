import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { Interrupted } from '../../src/errors.ts';
import { confirm } from '../../src/terminal/prompt.ts';

/** Answers a yes-or-no question with these lines. */
function answer(...lines: readonly string[]): Promise<boolean> {
  const stdin = new PassThrough();
  const asker = {
    terminal: { streams: { stdin, stdout: { write: () => true } } },
    host: { interrupts: { listen: () => () => {} } },
  } as never;
  const answered = confirm(asker, 'Really?', '[y/N]');
  for (const [index, line] of lines.entries()) {
    setTimeout(() => stdin.write(`${line}\n`), index * 20);
  }
  setTimeout(() => stdin.end(), lines.length * 20 + 20);
  return answered;
}

it.each(['y', 'YES', '예', '예'.normalize('NFD'), '네', '응', 'ㅛ'])(
  '%s means yes',
  async (line) => {
    expect(await answer(line)).toBe(true);
  },
);

it.each(['n', 'No', '아니오', '아니요', '아뇨', 'ㅜ', ''])('%j means no', async (line) => {
  expect(await answer(line)).toBe(false);
});

it('asks again for anything else, and an end of the input is no answer', async () => {
  expect(await answer('아니', 'ㅇ', '예')).toBe(true);
  await expect(answer('perhaps')).rejects.toBeInstanceOf(Interrupted);
});
