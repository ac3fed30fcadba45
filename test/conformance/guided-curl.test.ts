import { test } from 'vitest';
import { byCurl } from './guided/by-curl.ts';
import { Curl } from './guided/curl.ts';
import { play, Sitting } from './guided/sitting.ts';
import { requireTool } from './tools.ts';

/*
 * Every mission is done in a real terminal by somebody whose only tool is curl: all that a
 * provider is asked are requests written by hand. In a VM one types, and a program that a
 * mission asks for is a program.
 */
for (const [mission, deedsWith] of Object.entries(byCurl)) {
  test(`${mission} passes with curl`, { timeout: 180_000 }, async (context) => {
    await requireTool(context, 'curl', 'curl');
    const at = await Sitting.begin(context, mission);
    const tool = mission.endsWith('-storage') ? undefined : 'curl';
    await play(at, deedsWith(new Curl(at.env)), tool);
  });
}
