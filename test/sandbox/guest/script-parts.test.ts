import { expect, it } from 'vitest';
import { goesOn, syntaxError } from '../../../src/sandbox/guest/shell/script-parts.ts';

it.each([
  'if true; then',
  'if a; then b; else',
  'while true; do',
  'for i in 1 2',
  'case x in a)',
  'f() {',
  'f()',
  '{ echo a;',
  '(echo',
  'echo $(ls',
  'echo "a',
  "echo 'a",
  'echo \\',
  'a &&',
  'a |',
  '[[ a &&',
  'x=(1 2',
  'cat <<E',
  'cat <<-E\n\tbody',
])('asks for more after %j', (text) => {
  expect(goesOn(text)).toBe(true);
});

it.each(['fi', 'if fi', 'a ;; b', 'done', 'echo a', 'cat <<E\nbody\nE', 'cat <<< x', '# if'])(
  'takes %j as it is',
  (text) => {
    expect(goesOn(text)).toBe(false);
  },
);

it('words a syntax error as bash does', async () => {
  const { parse } = await import('just-bash');
  const said = (text: string) => {
    try {
      parse(text);
      return 'nothing';
    } catch (error) {
      return syntaxError(error, text);
    }
  };
  expect(said('fi')).toBe("syntax error near unexpected token `fi'");
  expect(said('if true; then')).toBe('syntax error: unexpected end of file');
  expect(said('echo "a')).toBe('unexpected EOF while looking for matching `"\'');
});
