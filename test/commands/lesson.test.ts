import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import command from '../../src/commands/lesson.ts';
import { compileContent } from '../../src/content/compile.ts';
import type { Context } from '../../src/context.ts';
import { loadMessages } from '../../src/i18n/messages.ts';
import type { Settings } from '../../src/settings.ts';
import { Terminal } from '../../src/terminal/terminal.ts';
import { makeRepository, validFiles } from '../content/repository.ts';

let packageRoot: string;

beforeAll(() => {
  packageRoot = makeRepository(validFiles);
  compileContent(packageRoot, join(packageRoot, 'dist', 'content'));
});

/** Runs the command in a pipe and gives back what stdout got. */
async function pipe(
  words: readonly string[],
  options: Record<string, unknown> = {},
  language: 'en' | 'ko' = 'en',
): Promise<string> {
  let stdout = '';
  const stream = (write: (text: string) => void) => ({ isTTY: false, write }) as never;
  const streams = {
    stdin: { isTTY: false } as never,
    stdout: stream((text) => {
      stdout += text;
    }),
    stderr: stream(() => {}),
  };
  const looks = { json: options['json'] === true, plain: false, noColour: false, verbose: false };
  const context = {
    terminal: new Terminal(streams, {} as Settings, looks),
    say: await loadMessages(language),
    host: { packageRoot },
  } as unknown as Context;
  const spec = words[0] === 'list' ? command.subcommands?.['list'] : command;
  await spec?.run?.(context, words, options);
  return stdout;
}

describe('cloudlab lesson in a pipe', () => {
  it('prints everything, the answers last', async () => {
    const text = await pipe(['first']);
    expect(text.startsWith('First lesson\nOne line\n5 min, 3 sections, 7 questions.')).toBe(true);
    expect(text).toContain(
      '[1/3] One\n\nIt costs $23.00 a month.\n\n[2/3] Two\n\n  echo {{price-a}} $1\n',
    );
    expect(text.indexOf('[7/7] Why?')).toBeLessThan(text.indexOf('\nAnswers\n'));
    const right = /\[1\/7\] Why\?\n\n(?:.*\n)*? {2}(\d)\. B\n/.exec(text)?.[1];
    expect(text).toContain(`[1/7]\n  ${right}. B\n     It costs $0.023.\n  `);
    expect(text.endsWith('Then do it for real:\n  cloudlab mission play\n')).toBe(true);
    expect(text).not.toContain('\u001b');
    expect(await pipe(['first'])).toBe(text);
  });

  it('prints one section, or the questions', async () => {
    expect(await pipe(['first'], { section: '2' })).toBe('\n[2/3] Two\n\n  echo {{price-a}} $1\n');
    expect(await pipe(['first'], { section: 'ONE' }, 'ko')).toContain('한 달에 $23.00예요.');
    expect(await pipe(['first'], { quiz: true })).toMatch(/^\nQuestions\n\n\[1\/7\] Why\?/);
  });

  it('prints the questions about one section, and refuses one about which nothing is asked', async () => {
    const all = JSON.parse(await pipe(['first'], { quiz: true, format: 'json' }));
    const about = JSON.parse(await pipe(['first'], { quiz: true, section: '１', format: 'json' }));
    expect(about).toEqual(all.filter(({ section }: { section: string }) => section === 'one'));
    await expect(pipe(['first'], { quiz: true, section: 'sources' })).rejects.toMatchObject({
      code: 'bad-option-value',
      details: { option: '--quiz --section', value: 'sources' },
    });
  });

  it('knows a lesson by its number and its folder', async () => {
    const text = await pipe(['first']);
    for (const name of ['1', '01', '01-first', 'FIRST']) expect(await pipe([name])).toBe(text);
  });

  it('prints JSON', async () => {
    expect(JSON.parse(await pipe(['list'], { json: true }, 'ko'))).toMatchObject([
      { id: 'first', title: '첫 레슨', minutes: 5, sections: 3, questions: 7 },
    ]);
    const lesson = JSON.parse(await pipe(['first'], { json: true }));
    expect(lesson).toMatchObject({
      id: 'first',
      language: 'en',
      sections: [{ id: 'one' }, { id: 'two' }, { id: 'sources' }],
    });
  });

  it('prints Markdown, and says what it can print', async () => {
    const markdown = await pipe(['first'], { format: 'md' });
    expect(markdown.startsWith('# First lesson\n\nOne line\n\n5 min, 3 sections')).toBe(true);
    expect(markdown).toMatch(/### \\\[1\/7\\\] Why\?\n\n- 1\\\. .*\n(.*\n)+<details>\n/);
    expect(await pipe(['first'], { format: 'MD', section: 'one' })).toBe(
      '## One\n\nIt costs $23.00 a month.\n',
    );
    expect(JSON.parse(await pipe(['first'], { format: 'json' }))).toMatchObject({ id: 'first' });
    expect(await pipe(['first'], { format: 'text' })).toBe(await pipe(['first']));
    await expect(pipe(['first'], { format: 'pdf' })).rejects.toMatchObject({
      code: 'bad-option-value',
      details: { option: '--format', value: 'pdf', expected: 'text, md, json' },
    });
  });

  it('lists the lessons, also where none is named', async () => {
    const list = 'Lessons\n  first  First lesson (5 min). One line\n';
    expect(await pipe(['list'])).toBe(list);
    expect(await pipe([])).toBe(list);
  });

  it('says what was meant', async () => {
    await expect(pipe(['frist'])).rejects.toMatchObject({
      code: 'unknown-lesson',
      details: { id: 'frist', nearest: 'first' },
    });
    await expect(pipe(['../../package'])).rejects.toMatchObject({ code: 'unknown-lesson' });
    for (const section of ['4', '0', 'three', '-1', '']) {
      await expect(pipe(['first'], { section })).rejects.toMatchObject({
        code: 'bad-option-value',
        details: { option: '--section', value: section, expected: '1-3, one, two, sources' },
      });
    }
  });
});
