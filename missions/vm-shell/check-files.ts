import { fail, type Inspect, pass } from '../../src/missions/define.ts';
import { ask } from './actions.ts';
import { secretFile } from './startup-script.ts';
import type { World } from './world.ts';

/** The file must hold what this very machine says of itself. */
export async function checkLookAround(world: World, inspect: Inspect) {
  const written = await ask(world, inspect, 'cat ~/lab/machine.txt');
  if (written === undefined) return fail('facts-missing', '~/lab/machine.txt', 'no such file');
  const facts = {
    hostname: await ask(world, inspect, 'hostname'),
    kernel: await ask(world, inspect, 'uname -r'),
    system: await ask(world, inspect, '. /etc/os-release && echo "$PRETTY_NAME"'),
  };
  for (const [name, value] of Object.entries(facts)) {
    // A fact that the machine does not tell is no reason to fail anybody.
    if (value !== undefined && !written.includes(value)) {
      return fail(
        `facts-${name}`,
        `${name}=${value}`,
        written.split('\n').join(' | ') || '(empty)',
      );
    }
  }
  return pass(
    Object.entries(facts)
      .map(([name, value]) => `${name}=${value}`)
      .join('; '),
  );
}

export async function checkFiles(world: World, inspect: Inspect) {
  const { project, word } = world;
  const folder = `~/lab/${project}`;
  const listed = (await ask(world, inspect, `cd ${folder} && find . -type f | sort`)) ?? '';
  const has = (path: string) => listed.split('\n').includes(path);
  const found = listed.split('\n').join(' ') || '(nothing)';
  if (!has('./data/data.csv')) return fail('copy-missing', `${folder}/data/data.csv`, found);
  const original = await ask(world, inspect, 'cat /opt/lab/data.csv');
  const copy = await ask(world, inspect, `cat ${folder}/data/data.csv`);
  if (copy !== original) return fail('copy-differs', 'data.csv = /opt/lab/data.csv', 'different');
  if (!has('./notes/메모.txt')) return fail('memo-missing', `${folder}/notes/메모.txt`, found);
  const memo = await ask(world, inspect, `cat ${folder}/notes/메모.txt`);
  if (memo !== word) return fail('memo-differs', word, memo ?? '(unreadable)');
  if (has('./draft.txt')) return fail('draft-left', `${folder}/draft.txt: none`, found);
  return pass(`${folder}: ${found}`);
}

export async function checkPermissions(world: World, inspect: Inspect) {
  const { project, word, key } = world;
  const script = `~/lab/${project}/run.sh`;
  const secret = `~/lab/${project}/secret.txt`;
  const modeOf = (path: string) => ask(world, inspect, `stat -c '%a %U' ${path}`);
  const scriptMode = await modeOf(script);
  if (scriptMode !== `750 ${key.user}`) {
    return fail('script-mode', `${script}: 750 ${key.user}`, scriptMode ?? 'no such file');
  }
  const said = await ask(world, inspect, script);
  if (said !== word) return fail('script-output', word, said ?? '(it fails)');
  const secretMode = await modeOf(secret);
  if (secretMode !== `600 ${key.user}`) {
    return fail('secret-mode', `${secret}: 600 ${key.user}`, secretMode ?? 'no such file');
  }
  const hidden = await ask(world, inspect, `sudo cat ${secretFile}`);
  const copy = await ask(world, inspect, `cat ${secret}`);
  if (hidden === undefined || copy !== hidden)
    return fail('secret-differs', `secret.txt = ${secretFile}`, 'different');
  const original = await modeOf(secretFile);
  if (original !== '600 root')
    return fail('secret-opened', `${secretFile}: 600 root`, `${original}`);
  return pass(`run.sh ${scriptMode}: ${said}; secret.txt ${secretMode}`);
}
