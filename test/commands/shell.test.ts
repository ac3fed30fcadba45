import { execFile } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished, type TestContext } from 'vitest';
import { program, runProgram, startSandboxProgram } from '../support/cli.ts';
import { temporaryDirectory } from '../support/directories.ts';

const run = promisify(execFile);

/** Shells write into it to their last moment, and some beyond: it goes in several tries. */
function homeOfShells(): string {
  const home = mkdtempSync(join(tmpdir(), 'cloudlab-test-'));
  onTestFinished(async () => {
    for (let tries = 1; ; tries += 1) {
      try {
        return rmSync(home, { recursive: true, force: true });
      } catch (error) {
        if (tries === 50) throw error;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  });
  return home;
}

/** What types in a window: a real pseudo-terminal, held by tmux, in which bash waits. */
async function openWindow(
  context: TestContext,
  { home = homeOfShells(), variables = {}, columns = 80 }: WindowOptions = {},
) {
  if ((await run('tmux', ['-V']).catch(() => undefined)) === undefined) {
    context.skip('tmux is not installed');
  }
  const socket = join(home, 'tmux');
  const tmux = (...args: string[]) => run('tmux', ['-S', socket, '-u', '-f', '/dev/null', ...args]);
  const screen = async () => (await tmux('capture-pane', '-p', '-S', '-', '-t', 'learner')).stdout;
  const env = {
    PATH: process.env['PATH'],
    HOME: home,
    CLOUDLAB_HOME: join(home, 'cloudlab'),
    CLOUDLAB_LANG: 'en',
    LC_ALL: 'C.UTF-8',
    SHELL: '/bin/bash',
    PS1: 'outer$ ',
    ...variables,
  };
  const size = ['-x', String(columns), '-y', '50'];
  await run(
    'tmux',
    [
      '-S',
      socket,
      '-u',
      '-f',
      '/dev/null',
      'new-session',
      '-d',
      '-s',
      'learner',
      ...size,
      'bash --norc',
    ],
    { env: env as NodeJS.ProcessEnv },
  );
  onTestFinished(async () => void (await tmux('kill-server').catch(() => {})));
  const shows = async (words: string) => {
    const wanted = words.replaceAll(/\s/g, '');
    for (let waited = 0; waited < 200; waited += 1) {
      // Words may be broken over lines.
      if ((await screen()).replaceAll(/\s/g, '').includes(wanted)) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`never shown: ${words}\n${await screen()}`);
  };
  return {
    home,
    cloudlab: join(home, 'cloudlab'),
    screen,
    shows,
    tmux,
    type: (line: string) => tmux('send-keys', '-t', 'learner', line, 'Enter'),
    press: (key: string) => tmux('send-keys', '-t', 'learner', key),
  };
}

interface WindowOptions {
  readonly home?: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly columns?: number;
}

const openShell = `"${process.execPath}" "${program}" shell`;

describe('cloudlab shell', { timeout: 60_000 }, () => {
  it('is the own bash, marked, with every client pointed at the sandbox, and tidied up', async (context) => {
    const home = homeOfShells();
    // The user's own file sets what must not be heard in there, and a prompt of its own each time.
    writeFileSync(
      join(home, '.bashrc'),
      `alias mine='echo "my alias"'
export GOOGLE_APPLICATION_CREDENTIALS=/home/me/key.json AWS_PROFILE=work
PROMPT_COMMAND='PS1="mine> ";'`,
    );
    const window = await openWindow(context, {
      home,
      variables: { CLOUDSDK_CORE_PROJECT: 'real' },
    });
    await window.type(openShell);
    await window.shows('Nothing here costs money');
    await window.shows('(cloudlab) mine>');
    await window.type('mine; echo "project=$CLOUDSDK_CORE_PROJECT profile=[$AWS_PROFILE]"');
    await window.shows('my alias');
    await window.shows('project=cloudlab-sandbox profile=[]');
    await window.type(
      'case $GOOGLE_APPLICATION_CREDENTIALS in $HOME/cloudlab/*) echo its-own;; esac',
    );
    await window.shows('its-own');
    await window.type(
      `curl -s "$STORAGE_EMULATOR_HOST/storage/v1/b?project=cloudlab-sandbox" | tr -d ' \\n'`,
    );
    await window.shows('{"kind":"storage#buckets"}');
    // Ctrl-C belongs to what runs in there.
    await window.type("sh -c 'echo up-$((40 + 2)); exec sleep 1000'");
    await window.shows('up-42');
    await window.press('C-c');
    await window.type('echo "still $((20 + 3))"');
    await window.shows('still 23');
    await window.type(openShell);
    await window.shows('This already is a cloudlab shell');
    await window.type('exit 5');
    await window.shows('Its sandbox has stopped; the data stays');
    await window.type('echo "code=$?"');
    await window.shows('code=5');
    expect(existsSync(join(window.cloudlab, 'sandbox.json'))).toBe(false);
    expect(existsSync(join(window.cloudlab, 'sandbox-token'))).toBe(false);
    expect(
      readdirSync(join(window.cloudlab, 'clients')).filter((name) => name.startsWith('shell-')),
    ).toEqual([]);
  });

  it('uses a sandbox that runs, follows the size of the window, and leaves it running', async (context) => {
    const window = await openWindow(context, { columns: 40 });
    const { url } = await startSandboxProgram({ home: window.cloudlab, cwd: window.home });
    await window.type(openShell);
    await window.shows('was running before and goes on');
    await window.type('echo "at $CLOUDLAB_URL, $(tput cols) columns"');
    await window.shows(`at ${url}, 40 columns`);
    await window.tmux('resize-window', '-t', 'learner', '-x', '60', '-y', '20');
    await window.type('echo "now $(tput cols) columns"');
    await window.shows('now 60 columns');
    await window.press('C-d');
    await window.shows('The sandbox goes on');
    expect((await fetch(`${url}/_cloudlab/status`)).status).toBe(200);
  });

  it('ends the sandbox when the terminal is closed', async (context) => {
    const window = await openWindow(context);
    await window.type(openShell);
    await window.shows('(cloudlab)');
    await window.type('echo "at=$CLOUDLAB_URL="');
    await window.shows('at=http');
    const [, url = ''] = /at=(http:\S+?)=/.exec(await window.screen()) ?? [];
    await window.tmux('kill-server');
    for (let waited = 0; waited < 100; waited += 1) {
      if ((await fetch(url).catch(() => undefined)) === undefined) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await expect(fetch(url)).rejects.toThrow();
    expect(existsSync(join(window.cloudlab, 'sandbox.json'))).toBe(false);
  });

  it('says what can be used instead of a gcloud that is missing or too old', async (context) => {
    const window = await openWindow(context, { variables: { CLOUDLAB_LANG: 'en' } });
    const bin = join(window.home, 'sdk', 'bin');
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, 'gcloud'), '#!/bin/sh\n');
    chmodSync(join(bin, 'gcloud'), 0o755);
    writeFileSync(join(window.home, 'sdk', 'VERSION'), '390.0.0\n');
    await window.type(`PATH="${bin}:$PATH" ${openShell}`);
    await window.shows('Your gcloud is 390.0.0; the commands that cloudlab shows need 454.0.0');
    await window.type('exit');
    await window.shows('You have left');
    await window.type(`clear; PATH=/bin-of-nobody ${openShell} --shell /bin/bash`);
    await window.shows('gcloud is not installed');
    await window.shows('curl "$CLOUDLAB_URL/storage/v1/b?project=$GOOGLE_CLOUD_PROJECT"');
  });

  it.for([
    ['zsh', '.zshrc', "PROMPT='mine> '\nalias mine='echo my-alias'\nexport AWS_PROFILE=work\n"],
    ['fish', '.config/fish/config.fish', "alias mine 'echo my-alias'\nset -gx AWS_PROFILE work\n"],
  ] as const)('is the own %s', async ([shell, file, text], context) => {
    if ((await run(shell, ['--version']).catch(() => undefined)) === undefined) {
      context.skip(`${shell} is not installed`);
    }
    const home = homeOfShells();
    mkdirSync(join(home, file, '..'), { recursive: true });
    writeFileSync(join(home, file), text);
    const window = await openWindow(context, { home });
    await window.type(`${openShell} --shell ${shell}`);
    await window.shows('(cloudlab)');
    await window.type('mine; echo "project=$CLOUDSDK_CORE_PROJECT profile=[$AWS_PROFILE]"');
    await window.shows('my-alias');
    await window.shows('project=cloudlab-sandbox profile=[]');
    await window.type('exit');
    await window.shows('Its sandbox has stopped');
  });

  it('without a terminal leads to exec and env; an unknown shell is told the known ones', async () => {
    const home = temporaryDirectory();
    const cases = [
      { args: [], shell: '/bin/bash', code: 2, says: 'cloudlab exec -- COMMAND' },
      {
        args: ['--shell', 'tcsh'],
        shell: '/bin/bash',
        code: 2,
        says: 'bash, zsh, fish, powershell',
      },
      { args: [], shell: '/bin/tcsh', code: 2, says: 'does not know the shell "tcsh"' },
      { args: ['--shell', '/no/such/zsh'], shell: '/bin/bash', code: 3, says: 'is not installed' },
    ];
    for (const { args, shell, code, says } of cases) {
      const outcome = await runProgram(['shell', ...args], { home, variables: { SHELL: shell } });
      expect({ args, code: outcome.code }).toEqual({ args, code });
      expect(outcome.stderr.replaceAll(/\s+/g, ' ')).toContain(says);
    }
    expect(readdirSync(home)).toEqual([]);
  });
});
