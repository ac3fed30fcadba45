import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Block, Section } from '../../src/content/compiled.ts';
import { writeLessonFiles } from '../../src/tutor/lesson-files.ts';
import { temporaryDirectory } from '../support/directories.ts';

const file = (name: string, text: string): Block => ({ kind: 'file', name, language: 'py', text });
const section = (...blocks: Block[]) => ({ id: 'try', title: [], blocks }) as unknown as Section;
const sections = [section(file('a.py', 'print(1)')), section(file('deep/b.txt', '  two\n\nlines'))];

it('writes what the lesson prints, as often as one asks', () => {
  const folder = temporaryDirectory();
  writeFileSync(join(folder, 'mine.txt'), 'mine');
  for (const _ of ['first', 'again']) {
    expect(writeLessonFiles(folder, sections)).toEqual(['a.py', 'deep/b.txt']);
    expect(readFileSync(join(folder, 'a.py'), 'utf8')).toBe('print(1)\n');
    expect(readFileSync(join(folder, 'deep', 'b.txt'), 'utf8')).toBe('  two\n\nlines\n');
  }
  expect(readdirSync(folder).sort()).toEqual(['a.py', 'deep', 'mine.txt']);
});

it('leaves alone what the reader has changed, and then writes nothing', () => {
  const folder = temporaryDirectory();
  mkdirSync(join(folder, 'deep'));
  writeFileSync(join(folder, 'deep', 'b.txt'), 'my own');
  expect(() => writeLessonFiles(folder, sections)).toThrow(
    expect.objectContaining({ code: 'lesson-file-differs', details: { name: 'deep/b.txt' } }),
  );
  expect(readdirSync(folder)).toEqual(['deep']);
  expect(readFileSync(join(folder, 'deep', 'b.txt'), 'utf8')).toBe('my own');
});

it('says which file cannot be written', () => {
  const folder = temporaryDirectory();
  mkdirSync(join(folder, 'a.py'));
  expect(() => writeLessonFiles(folder, sections)).toThrow(
    expect.objectContaining({
      code: 'lesson-file-unwritable',
      details: expect.objectContaining({ path: join(folder, 'a.py') }),
    }),
  );
});
