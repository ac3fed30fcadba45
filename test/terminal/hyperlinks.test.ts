import { expect, it } from 'vitest';
import type { Settings } from '../../src/settings.ts';
import { knowsHyperlinks } from '../../src/terminal/hyperlinks.ts';

const knows = (settings: Partial<Settings>) => knowsHyperlinks(settings as Settings);

it.each([
  { TERM: 'xterm-kitty' },
  { TERM: 'xterm-256color', TERM_PROGRAM: 'vscode' },
  { TERM: 'xterm-256color', TERM_PROGRAM: 'iTerm.app' },
  { TERM: 'xterm-256color', VTE_VERSION: '7600' },
  { WT_SESSION: '2c8f' },
])('links can be clicked in %j', (settings) => {
  expect(knows(settings)).toBe(true);
});

it.each([
  {},
  { TERM: 'xterm-256color' },
  { TERM: 'xterm-256color', TERM_PROGRAM: 'Apple_Terminal' },
  { TERM: 'xterm-256color', VTE_VERSION: '5000' },
  { TERM: 'xterm-256color', VTE_VERSION: 'new' },
  // Started within one that knows them.
  { TERM: 'tmux-256color', VTE_VERSION: '7600' },
  { TERM: 'screen', TERM_PROGRAM: 'vscode' },
])('the address is spelt out in %j', (settings) => {
  expect(knows(settings)).toBe(false);
});
