import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { printVariables, type ShellFamily } from '../../src/cloud/shell-families.ts';
import { temporaryDirectory } from '../support/directories.ts';

const run = promisify(execFile);

it.for([
  ['posix', 'sh'],
  ['fish', 'fish'],
  ['powershell', 'pwsh'],
] as const satisfies readonly [ShellFamily, string][])(
  'any value arrives in %s as it is, and nothing else happens',
  async ([family, shell], context) => {
    const installed = await run(shell, ['--version']).catch(({ code }) => code !== 'ENOENT');
    if (!installed) context.skip(`${shell} is not installed`);
    const values = fc.sample(
      fc.string({ unit: fc.constantFrom(...'\'"\\$`!*;&|#~% \n{}()a한'), minLength: 1 }),
      100,
    );
    const names = values.map((_, index) => `VALUE_${index}`);
    const variables = Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']));
    const folder = temporaryDirectory();
    const file = join(folder, 'set.ps1');
    const print = `"${process.execPath}" -e "console.log(JSON.stringify(process.env))"`;
    const call = family === 'powershell' ? `& ${print}` : print;
    const text = printVariables({ ...variables, GONE: null }, family);
    writeFileSync(file, `${text}\n${call}\n`);
    const env = { PATH: process.env['PATH'], HOME: folder, GONE: 'still here' };
    const { stdout } = await run(shell, [file], { env });
    const inside = JSON.parse(stdout) as Record<string, string>;
    expect(names.map((name) => inside[name])).toEqual(values);
    expect(inside).not.toHaveProperty('GONE');
  },
);
