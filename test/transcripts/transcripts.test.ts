import { mkdirSync, rmSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Outcome, TestHost } from '../support/host.ts';

/**
 * Whole sessions as learners see them, in a pipe and on terminals of 80, 40 and
 * 20 columns, in both languages. A change of any word shows up here; after
 * looking at it, `npx vitest run test/transcripts -u` accepts it.
 */
const commands: readonly string[] = [
  '--help',
  '--version',
  'mission --help',
  'mission create-bucket --help',
  'mission list',
  'mission list --json',
  'mission create-bucket',
  'mission create-bucket --plain',
  'mission create-bucket --verbose',
  'mission create-bucket --json',
  'mission create-bucket --keep',
  'mission create-bukcet',
  'mission create-bucket --set bucket=My_Bucket!',
  'mission create-bucket --set file=no-such.csv',
  'mission create-bucket --target gcp',
  'lesson --help',
  'lesson list',
  'next',
  'quiz',
  'review',
  'progress --help',
  'progress',
  'sandbox --help',
  'sandbox start --help',
  'sandbox start --port 99999',
  'sandbox start --tls-port 99999',
  'sandbox status',
  'sandbox stop',
  'sandbox log --help',
  'sandbox log',
  'sandbox reset --yes',
  'ssh --help',
  'ssh web-1',
  'clock --help',
  'clock advance --help',
  'clock',
  'clock advance 30',
  'shell --help',
  'exec --help',
  'exec -- nope',
  'env --help',
  'env',
  'doctor --help',
  'doctor',
  'cleanup --help',
  'cleanup',
  'completion --help',
  'completion bash',
  'completion tcsh',
  'misson',
];

/** Commands that go on until somebody ends them, with the keys that do it on a terminal. */
const conversations: readonly { readonly command: string; readonly keys: readonly string[] }[] = [
  { command: '', keys: ['\u0003'] },
  { command: '--plain', keys: ['8\n'] },
  { command: 'lesson storage', keys: ['n', 'n', 'q'] },
  { command: 'lesson storage --plain', keys: ['n\n', 'q\n'] },
  { command: 'lesson storage --quiz', keys: ['1', 'q'] },
  // A free port of any number of digits would break lines at other places.
  // Ports that no system gives out by itself: somebody else could have them just then.
  { command: 'sandbox start --port 27613', keys: ['Ctrl-C'] },
  { command: 'sandbox start --port 27613 --tls-port 27614 --faults', keys: ['Ctrl-C'] },
];

const audiences = [
  { name: 'pipe', columns: undefined },
  { name: '80', columns: 80 },
  { name: '40', columns: 40 },
  { name: '20', columns: 20 },
];

/** What transcripts call the home, and one of the same length that no run of another checkout has. */
const namedHome = '/tmp/cloudlab-home';
const home = `/tmp/cloudlab-${process.pid.toString(36).padStart(4, '0').slice(-4)}`;

/** Its name may be broken into lines anywhere. */
const writtenHome = new RegExp([...home].join('(\\n *)?'), 'g');

function nameHome(text: string): string {
  return text.replaceAll(writtenHome, (_, ...groups: (string | undefined)[]) => {
    const breaks = groups.slice(0, home.length - 1);
    return [...namedHome].map((letter, index) => letter + (breaks[index] ?? '')).join('');
  });
}

beforeEach(() => {
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home);
  return () => rmSync(home, { recursive: true, force: true });
});

const languages = process.platform === 'win32' ? [] : ['en', 'ko'];

describe.each(languages)('in %s', (language) => {
  describe.each(audiences)('for $name', ({ name, columns }) => {
    const openHost = () =>
      new TestHost({
        home,
        variables: { CLOUDLAB_LANG: language, PATH: '/nowhere', SHELL: '/bin/bash' },
        ...(columns === undefined ? {} : { columns }),
      });
    const expectTranscript = (command: string, outcome: Outcome, prefix = '') => {
      const shown =
        columns === undefined
          ? `--- stdout\n${outcome.stdout}--- stderr\n${outcome.stderr}`
          : outcome.screen;
      const text = `$ cloudlab ${command}\n${shown}--- exit ${outcome.code}\n`;
      const file = command.replaceAll(/[^a-z0-9]+/gi, '-').replaceAll(/^-|-$/g, '') || 'alone';
      // The sandbox takes any free port.
      return expect(
        nameHome(text).replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT'),
      ).toMatchFileSnapshot(`./${language}/${name}/${prefix}${file}.txt`);
    };

    it.each(commands)('%s', async (command) => {
      // At a terminal somebody would be asked who does the mission; a pipe is asked nothing.
      const asks = /^mission create-bucket( --(plain|verbose|keep|set file=.*))?$/.test(command);
      const auto = asks && columns !== undefined ? ['--auto'] : [];
      await expectTranscript(command, await openHost().run(...command.split(' '), ...auto));
    });

    it.each(conversations)('$command, with keys', async ({ command, keys }) => {
      const host = openHost();
      const end = host.run(...command.split(' ').filter((word) => word !== ''));
      for (const key of keys) {
        await host.settled();
        if (key === 'Ctrl-C') await host.interruptOnceHeard();
        else if (columns !== undefined) host.stdin.write(key);
      }
      await expectTranscript(command, await end, 'talk-');
    });
  });
});
