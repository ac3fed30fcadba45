import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { describe, expect, it, type TestContext } from 'vitest';
import { readStatus } from '../../src/cloud/running-sandbox.ts';
import type { Block, ContentLanguage, Inline } from '../../src/content/compiled.ts';
import { loadContent } from '../../src/content/load.ts';
import { program, startSandboxProgram } from '../support/cli.ts';
import { expectNoMachines } from '../support/compute.ts';
import { temporaryDirectory } from '../support/directories.ts';
import { packageRoot } from '../support/host.ts';
import { startPostgres } from './postgres.ts';
import { pythonWith } from './python.ts';
import { requireTool, run } from './tools.ts';

/*
 * Every command that a lesson prints is run, in order, in one directory and one shell, as a reader
 * would; what it makes it also removes. What needs a real project is parsed by gcloud itself.
 */

const content = loadContent(packageRoot);
const lessons = content.lessons().map(({ id }) => id);

type Printed = Extract<Block, { kind: 'code' | 'file' }>;

const blocksOf = (id: string, language: ContentLanguage) =>
  content.lesson(id, language).sections.flatMap((section) => section.blocks);
const printedBy = (id: string, language: ContentLanguage) =>
  blocksOf(id, language).filter((block) => block.kind === 'code' || block.kind === 'file');

/** Both languages print the same commands; where more than comments differs, both are run. */
const sessions = lessons.flatMap((id) => {
  const [en, ko] = [printedBy(id, 'en'), printedBy(id, 'ko')];
  const same = en.every((block, index) => bare(block.text) === bare(ko[index]?.text ?? ''));
  return [{ id, language: 'en' }, ...(same ? [] : [{ id, language: 'ko' }])] as {
    id: string;
    language: ContentLanguage;
  }[];
});

/** A lesson may have nothing but what needs a real project. */
function hasCode(id: string): boolean {
  return printedBy(id, 'en').some((block) => block.kind === 'code' && block.needs !== 'gcp');
}

describe.each(sessions.filter(({ id }) => hasCode(id)))(
  'the commands of lesson $id ($language)',
  ({ id, language }) => {
    const printed = printedBy(id, language);
    const needs = (what: string) =>
      printed.some((block) => block.kind === 'code' && block.needs === what);
    const runs = printed.filter(
      (block) => block.kind === 'file' || (block.needs !== 'gcp' && block.needs !== 'psql'),
    );

    if (runs.some(({ kind }) => kind === 'code')) {
      it('work, and leave nothing behind', async (context) => {
        if (needs('gcloud')) await requireTool(context, 'gcloud', 'Google Cloud SDK');
        if (needs('git')) await requireTool(context, 'git', 'git');
        if (needs('python')) await requireTool(context, 'python3', 'Python');
        const python = needs('python-storage')
          ? [dirname(await pythonWith(context, 'google-cloud-storage==3.17.1'))]
          : [];
        const home = temporaryDirectory();
        const { url } = await startSandboxProgram({ home });
        const cwd = mkdtempSync(join(home, 'learner-'));
        const script = runs.map((block, index) => lineFor(block, index, cwd));
        const path = [cloudlabCommand(home), ...python, process.env['PATH']];
        const env = {
          ...process.env,
          PATH: path.join(delimiter),
          HOME: home,
          CLOUDSDK_CORE_DISABLE_PROMPTS: '1',
          CLOUDLAB_HOME: home,
          LANG: 'en_US.UTF-8',
          PROJECT: 'cloudlab-sandbox',
          BUCKET: 'lesson-commands-of-2026',
          ZONE: 'asia-northeast3-a',
        };
        const text = ['set -euo pipefail', 'eval "$(cloudlab env)"', ...script].join('\n');
        const { stdout } = await run('bash', ['--norc', '-c', text], {
          cwd,
          env,
          maxBuffer: 16 * 1024 * 1024,
        });
        expect(stdout).not.toBe('');
        expect(await readStatus(url)).toMatchObject({ buckets: 0, objects: 0 });
        await expectNoMachines(url);
      }, 240_000);
    }

    if (needs('psql')) {
      it('work in PostgreSQL', async (context) => {
        await runInPostgres(context, printed.filter(isSql));
      }, 120_000);
    }
  },
);

type Code = Extract<Block, { kind: 'code' }>;

function isSql(block: Printed): block is Code {
  return block.kind === 'code' && block.needs === 'psql';
}

async function runInPostgres(context: TestContext, blocks: readonly Code[]): Promise<void> {
  const env = await startPostgres(context);
  const cwd = temporaryDirectory();
  for (const [index, { language, text }] of blocks.entries()) {
    if (language === 'sql') {
      writeFileSync(join(cwd, `${index}.sql`), text);
      await run('psql', ['-v', 'ON_ERROR_STOP=1', '-f', `${index}.sql`], { cwd, env });
    } else {
      await run('bash', ['--norc', '-c', `set -euo pipefail\n${text}`], { cwd, env });
    }
  }
}

/** Writes what is a file, and returns the line of the session that uses it. */
function lineFor(block: Printed, index: number, cwd: string): string {
  if (block.kind === 'file') {
    mkdirSync(dirname(join(cwd, block.name)), { recursive: true });
    // The session writes it when its turn comes: an earlier block may remove the folder.
    const source = join(cwd, '..', `file-${index}`);
    writeFileSync(source, `${block.text}\n`);
    return `mkdir -p "$(dirname '${block.name}')"; cp '${source}' '${block.name}'`;
  }
  if (block.language === 'sh') return block.text;
  const source = join(cwd, '..', `block-${index}.py`);
  writeFileSync(source, `${block.text}\n`);
  return `python3 '${source}'`;
}

/** A folder in which `cloudlab` is the built program. */
function cloudlabCommand(home: string): string {
  const bin = join(home, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'cloudlab'), `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
  chmodSync(join(bin, 'cloudlab'), 0o755);
  return bin;
}

/** Without comments, which are in the reader's language. */
function bare(text: string): string {
  return text.replaceAll(/(^|\s)(#|--) .*$/gm, '').replaceAll(/[ \t]+$/gm, '');
}

/** What gcloud says of a command that it parses and does not run. */
interface Lint {
  readonly command_string: string;
  readonly success: boolean;
  readonly error_type: string | null;
  readonly error_message: string | null;
}

/** gcloud's own parser; it is hidden, and says of itself that it may change. */
async function lint(context: TestContext, commands: readonly string[]): Promise<Lint[]> {
  await requireTool(context, 'gcloud', 'Google Cloud SDK');
  const file = join(temporaryDirectory(), 'commands.json');
  writeFileSync(file, JSON.stringify(commands.map((one) => ({ command_string: one }))));
  const { stdout } = await run(
    'gcloud',
    ['meta', 'lint-gcloud-commands', `--commands-file=${file}`],
    {
      maxBuffer: 256 * 1024 * 1024,
    },
  );
  return JSON.parse(stdout) as Lint[];
}

describe('commands that need a real project', () => {
  it('are gcloud commands, with arguments that gcloud takes', async (context) => {
    const commands = lessons.flatMap((id) =>
      printedBy(id, 'en').flatMap((block) =>
        block.kind === 'code' && block.needs === 'gcp' ? linesOf(block.text) : [],
      ),
    );
    expect(commands.filter((command) => !command.startsWith('gcloud '))).toEqual([]);
    const failed = (await lint(context, commands)).filter(({ success }) => !success);
    expect(failed.map((one) => `${one.command_string}: ${one.error_message}`)).toEqual([]);
  }, 120_000);
});

describe('commands that are only named', () => {
  const named = [
    ...new Set(
      lessons.flatMap((id) => (['en', 'ko'] as const).flatMap((language) => namedIn(id, language))),
    ),
  ];

  it('are gcloud commands that exist, with flags that they have', async (context) => {
    const gcloud = named.filter((text) => /^gcloud( [a-z-]+)+/.test(text));
    const wrong = (await lint(context, gcloud)).filter(
      // What is left out in a sentence is not wrong, nor is the name of a group.
      ({ success, error_type: type, error_message: message }) =>
        !success &&
        type !== 'RequiredError' &&
        !message?.includes('Command name argument expected'),
    );
    expect(wrong.map((one) => `${one.command_string}: ${one.error_message}`)).toEqual([]);
  }, 120_000);

  it('are commands of cloudlab that it knows, with options that they have', async () => {
    const home = temporaryDirectory();
    const wrong: string[] = [];
    for (const text of named.filter((one) => one.startsWith('cloudlab '))) {
      const problem = await problemOf(text.split(/\s+/).slice(1), home);
      if (problem !== undefined) wrong.push(`${text}: ${problem}`);
    }
    expect(wrong).toEqual([]);
  });
});

/** What cloudlab would say against a command line, if it says anything before it does anything. */
async function problemOf(argv: string[], home: string): Promise<string | undefined> {
  const { TestHost } = await import('../support/host.ts');
  // The help of a command line is only given where every word before it is understood.
  const words = argv.filter((word) => word !== '--' && !/^[A-Z[<$"']/.test(word));
  const { code, stderr } = await new TestHost({ home }).run(...words, '--help');
  return code === 0 ? undefined : stderr.split('\n')[0];
}

/** Commands one by one; a backslash at the end goes on in the next line. */
function linesOf(text: string): string[] {
  return text
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .map((line) => line.replace(/\s+#.*$/, '').trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

/** Code in running text. */
function namedIn(id: string, language: ContentLanguage): string[] {
  const lesson = content.lesson(id, language);
  const texts: string[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (typeof value === 'object' && value !== null) {
      const { kind, text } = value as Inline & { text?: string };
      if (kind === 'code' && text !== undefined && !('needs' in value)) texts.push(text);
      else Object.values(value).forEach(visit);
    }
  };
  visit([lesson.sections, lesson.questions]);
  return texts;
}
