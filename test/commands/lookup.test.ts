import { describe, expect, it } from 'vitest';
import { loadContent } from '../../src/content/load.ts';
import { namesOfProduct } from '../../src/content/names.ts';
import { findNamed } from '../../src/tutor/lookup.ts';
import { temporaryDirectory } from '../support/directories.ts';
import { packageRoot, TestHost } from '../support/host.ts';

const run = (...argv: string[]) => new TestHost({ home: temporaryDirectory() }).run(...argv);

describe('compare', () => {
  it('shows a product with its other names, the differences and the lesson', async () => {
    const { code, stdout } = await run('compare', 'S3');
    expect(code).toBe(0);
    for (const text of [
      'Cloud Storage',
      'Blob Storage',
      'Where they differ',
      'cloudlab lesson storage',
    ]) {
      expect(stdout).toContain(text);
    }
  });

  it.each(['s3', 'amazon s3', 'Cloud-Storage', 'cloudstorage', 'blob storage', 'gcs'])(
    'knows %s',
    async (name) => {
      const { stdout } = await run('compare', ...name.split(' '), '--json');
      expect(JSON.parse(stdout)).toMatchObject([{ id: 'cloud-storage' }]);
    },
  );

  it('shows all with their main names', async () => {
    // Plain, so that no name is broken over two lines of a cell.
    const { stdout } = await run('compare', '--plain', '--lang', 'ko');
    for (const { gcp } of loadContent(packageRoot).terms('ko').products) {
      expect(stdout).toContain(gcp[0] ?? '해당 제품 없음');
    }
  });

  it('suggests what was meant', async () => {
    const { code, stderr } = await run('compare', 'Cloud Storige');
    expect(code).toBe(2);
    expect(stderr).toContain('cloudlab compare "Cloud Storage"');
    expect((await run('compare', 'zzzzzzzzzz')).stderr.replaceAll(/\s+/g, ' ')).toContain(
      'cloudlab search zzzzzzzzzz',
    );
  });

  it('every name of every product leads to it', () => {
    const { products } = loadContent(packageRoot).terms('en');
    for (const product of products) {
      for (const name of namesOfProduct(product)) {
        expect(findNamed(products, namesOfProduct, name), name).toContain(product);
      }
    }
  });
});

describe('glossary', () => {
  it('explains a word, asked for in either language', async () => {
    const english = await run('glossary', 'bucket');
    expect(english.stdout).toContain('cloudlab lesson storage --section');
    expect((await run('glossary', '버킷')).stdout).toBe(english.stdout);
    expect((await run('glossary', 'bucket', '--lang', 'ko')).stdout).toContain('버킷');
    // The beginning of a word is enough: of 콜드 스타트 here.
    expect((await run('glossary', '콜드')).stdout).toContain('cold start');
  });

  it('lists all words, and suggests what was meant', async () => {
    const { stdout } = await run('glossary');
    for (const { term } of loadContent(packageRoot).terms('en').terms) {
      expect(stdout.replaceAll(/\s+/g, ' ')).toContain(term);
    }
    const wrong = await run('glossary', 'buckit');
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('cloudlab glossary "bucket"');
    // A syllable that is not finished; and a letter, which is near to nothing.
    for (const typed of ['벜', 'ㅂㅋ']) {
      expect((await run('glossary', typed, '--lang', 'ko')).stderr).toContain('glossary "버킷"');
    }
    expect((await run('glossary', 'x')).stderr).not.toContain('Did you mean');
  });
});

describe('search', () => {
  it('tells what to type next', async () => {
    const { code, stdout } = await run('search', 'soft', 'delete');
    expect(code).toBe(0);
    expect(stdout).toMatch(/cloudlab lesson storage --section \w+/);
  });

  it('finds commands too', async () => {
    const { stdout } = await run('search', 'doctor', '--json');
    expect(JSON.parse(stdout)).toContainEqual(
      expect.objectContaining({ kind: 'command', command: 'cloudlab doctor --help' }),
    );
  });

  it('says so where nothing is found, with exit code 1; nothing asked is wrong usage', async () => {
    const none = await run('search', 'qqqqqq');
    expect(none.code).toBe(1);
    expect(none.stdout).toContain('Nothing is found for "qqqqqq"');
    expect((await run('search')).code).toBe(2);
    expect((await run('search', '\u0007\u001b')).code).toBe(2);
  });
});
