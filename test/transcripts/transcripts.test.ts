import { mkdirSync, rmSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { TestHost } from '../support/host.ts';

/**
 * Whole sessions as learners see them, in a pipe and on terminals of 80 and 40
 * columns, in both languages. A change of any word shows up here; after looking
 * at it, `npx vitest run test/transcripts -u` accepts it.
 */
const commands: readonly (readonly string[])[] = [
  ['--help'],
  ['mission', '--help'],
  ['mission', 'list'],
  ['mission', 'create-bucket'],
  ['mission', 'create-bukcet'],
  ['mission', 'create-bucket', '--set', 'bucket=My_Bucket!'],
  ['mission', 'create-bucket', '--set', 'file=no-such.csv'],
  ['mission', 'create-bucket', '--target', 'gcp'],
  ['mission', 'create-bucket', '--keep'],
  ['lesson', 'list'],
  ['sandbox', 'status'],
  ['sandbox', 'stop'],
  ['sandbox', 'start', '--port', '99999'],
  ['env'],
  ['doctor'],
  ['cleanup'],
  ['completion', 'tcsh'],
  ['misson'],
];

const audiences = [
  { name: 'pipe', columns: undefined },
  { name: '80', columns: 80 },
  { name: '40', columns: 40 },
];

/** Lines wrap where the path in them ends, so it is the same everywhere. */
const home = '/tmp/cloudlab-home';

beforeEach(() => {
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home);
  return () => rmSync(home, { recursive: true, force: true });
});

describe.skipIf(process.platform === 'win32').each(['en', 'ko'])('in %s', (language) => {
  describe.each(audiences)('for $name', ({ name, columns }) => {
    it.each(commands.map((command) => [command.join(' '), command]))(
      '%s',
      async (title, command) => {
        const host = new TestHost({
          home,
          variables: { CLOUDLAB_LANG: language, PATH: '/nowhere', SHELL: '/bin/bash' },
          ...(columns === undefined ? {} : { columns }),
        });
        const outcome = await host.run(...(command as string[]));
        const shown =
          columns === undefined
            ? `--- stdout\n${outcome.stdout}--- stderr\n${outcome.stderr}`
            : outcome.screen;
        const transcript = `$ cloudlab ${title}\n${shown}--- exit ${outcome.code}\n`;
        const file = `${(title as string).replaceAll(/[^a-z0-9]+/gi, '-').replaceAll(/^-|-$/g, '')}.txt`;
        await expect(hideTheAccidental(transcript)).toMatchFileSnapshot(
          `./${language}/${name}/${file}`,
        );
      },
    );
  });
});

/** The sandbox takes any free port. */
function hideTheAccidental(text: string): string {
  return text.replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT');
}
