import { locateHome } from '../../../src/home.ts';
import { answered } from '../../../src/tutor/progress/changes.ts';
import { ProgressStore } from '../../../src/tutor/progress/store.ts';

/**
 * A process that answers one question again and again: `node writer.mjs HOME
 * NAME COUNT`. It says each number once the answer is kept.
 */
const [home = '', name = '', count = ''] = process.argv.slice(2);
const store = new ProgressStore(locateHome(home, '/', '/'), (damage) => {
  throw new Error(`damaged: ${damage.path}`);
});
for (let number = 0; number < Number(count); number += 1) {
  // All at the same moment: nothing but what was given tells them apart.
  const attempt = { at: '2026-11-21T09:00:00.000Z', right: true, given: [name, String(number)] };
  store.update((progress) => answered(progress, 'storage', 'q', attempt));
  process.stdout.write(`${number}\n`);
}
