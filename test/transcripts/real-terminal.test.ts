import { beforeEach, describe, expect, it } from 'vitest';
import { program } from '../support/cli.ts';
import { openTerminal, skipWithoutTmux } from '../support/real-terminal.ts';

/** The built program in a real pseudo-terminal, held by tmux, with real keys. */
describe('in a real terminal', () => {
  beforeEach(skipWithoutTmux);

  it.each([80, 40])('of %i columns the menu leads to a mission that ends well', async (columns) => {
    const terminal = await openTerminal(columns, 'ko');
    await terminal.type(`"${process.execPath}" "${program}"`, 'Enter');
    await terminal.shows('무엇을 해 볼까요?');
    // The first entry is what to do next: a lesson, for somebody who has done nothing yet.
    await terminal.type('Down');
    await terminal.type('Enter');
    await terminal.shows('create-bucket');
    await terminal.type('Enter');
    await terminal.shows('이 미션을 어떻게 할까요?');
    await terminal.type('Down');
    await terminal.type('Enter');
    await terminal.shows('cloudlab lesson storage');
    expect(await terminal.screen()).toMatch(/5개 중 5개 확인/);
    await terminal.type('echo "exit=$?"', 'Enter');
    await terminal.shows('exit=0');
  });

  it.each(['C-c', 'C-d'])('%s in the menu leaves with 130', async (key) => {
    const terminal = await openTerminal(80, 'en');
    await terminal.type(`"${process.execPath}" "${program}"; echo "exit=$?"`, 'Enter');
    await terminal.shows('What would you like to do?');
    await terminal.type(key);
    await terminal.shows('exit=130');
  });

  it('Ctrl-Z hands a lesson back to the shell, and fg takes it up again', async () => {
    const terminal = await openTerminal(80, 'en');
    const lesson = `"${process.execPath}" "${program}" lesson storage --section 2`;
    await terminal.type(`${lesson}; echo "exit=$?"`, 'Enter');
    await terminal.shows('[2/');
    await terminal.type('C-z');
    await terminal.shows('Stopped');
    await terminal.type('clear; fg', 'Enter');
    await terminal.shows('[2/');
    // A single key again, without Enter.
    await terminal.type('q');
    await terminal.shows('Go on from there with');
  });

  it('a lesson that was left with Ctrl-C goes on where it was', async () => {
    const terminal = await openTerminal(80, 'en');
    const lesson = `"${process.execPath}" "${program}" lesson storage; echo "exit=$?"`;
    await terminal.type(lesson, 'Enter');
    await terminal.shows('[0/');
    await terminal.type('n');
    await terminal.shows('[1/');
    await terminal.type('s');
    await terminal.shows('[2/');
    await terminal.type('C-c');
    await terminal.shows('exit=130');
    await terminal.type(`clear; ${lesson}`, 'Enter');
    await terminal.shows('Here you stopped last time');
    await terminal.type('q');
    await terminal.shows('exit=0');
  });

  it('a lesson is read with the keys of a Korean keyboard', async () => {
    const terminal = await openTerminal(80, 'ko');
    await terminal.type(
      `"${process.execPath}" "${program}" lesson storage; echo "exit=$?"`,
      'Enter',
    );
    await terminal.shows('[0/');
    await terminal.type('ㅜ');
    await terminal.shows('[1/');
    await terminal.type('ㅂ');
    await terminal.shows('exit=0');
  });
});
