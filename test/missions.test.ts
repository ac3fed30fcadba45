import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { loadContent } from '../src/content/load.ts';
import { importMission } from '../src/missions/catalogue.ts';
import { packageRoot } from './support/host.ts';
import { runtimeOrReason } from './support/runtimes.ts';
import { openStage } from './support/stage.ts';

const ids = readdirSync(join(packageRoot, 'missions'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

/** Every mission is proven to be neither passable without work nor by the wrong work. */
describe.each(ids)('mission %s', async (id) => {
  const mission = await importMission(id);
  const runtime = mission.program && (await runtimeOrReason(mission.program));
  beforeEach((context) => {
    if (typeof runtime === 'string') context.skip(runtime);
  });

  it('fails when nothing is done', async () => {
    const stage = await openStage(mission);
    const idle = Object.fromEntries(mission.tasks.map((task) => [task.id, async () => {}]));
    const result = await stage.play({ solve: idle });
    expect(result.verdict).toBe('failed');
    expect(result.tasks.filter((task) => task.state === 'passed')).toEqual([]);
    await stage.expectNothingLeft(result);
  });

  it.each(mission.tasks.map((task) => task.id))(
    'task %s does not pass without work',
    async (name) => {
      // Everything that it needs has been done, so that nothing but its own work is missing.
      const stage = await openStage(mission);
      const result = await stage.play({ solve: { [name]: async () => {} } });
      const idle = result.tasks.find((task) => task.id === name);
      expect({ ...idle, calls: [] }).toMatchObject({ state: 'failed', hint: expect.any(String) });
      await stage.expectNothingLeft(result);
    },
  );

  it.each(mission.wrong.map((wrong) => wrong.name))('sees the mistake: %s', async (name) => {
    const wrong = mission.wrong.find((one) => one.name === name);
    const stage = await openStage(mission);
    const result = await stage.play(wrong === undefined ? {} : { solve: wrong.solve });
    const failed = result.tasks.find((task) => task.state !== 'passed');
    expect({ ...failed, calls: [] }).toMatchObject({
      id: wrong?.failsAt,
      state: 'failed',
      hint: wrong?.hint,
    });
    expect(result.verdict).toBe('failed');
    await stage.expectNothingLeft(result);
  });

  it('passes with its solution, is torn down and leaves nothing', async () => {
    const stage = await openStage(mission);
    const result = await stage.play();
    expect(result.tasks.map(({ id: task, state, reason }) => [task, state, reason])).toEqual(
      mission.tasks.map((task) => [task.id, 'passed', undefined]),
    );
    const planned = mission.creates(stage.world);
    expect(result.created).toEqual(planned);
    expect(new Set(result.removed)).toEqual(new Set(planned));
    expect(result.calls.length).toBeGreaterThan(planned.length);
    await stage.expectNothingLeft(result);
  });

  it('differs from run to run in names and in contents', async () => {
    const [one, other] = [
      await openStage(mission, 'aaaaaaaa'),
      await openStage(mission, 'bbbbbbbb'),
    ];
    expect(mission.creates(one.world)).not.toEqual(mission.creates(other.world));
    const again = await openStage(mission, 'aaaaaaaa');
    expect(mission.creates(again.world)).toEqual(mission.creates(one.world));
  });

  it.each(['en', 'ko'] as const)(
    'has a text for every task, hint and input (%s)',
    async (language) => {
      const { world } = await openStage(mission);
      const texts = loadContent(packageRoot).mission(id, language);
      expect(Object.keys(texts.tasks)).toEqual(mission.tasks.map((task) => task.id));
      expect(Object.keys(texts.inputs)).toEqual(Object.keys(mission.inputs));
      for (const wrong of mission.wrong) {
        expect(texts.hints[wrong.hint]).toMatchObject({ next: expect.any(String) });
      }
      for (const { id: task, given } of mission.tasks) {
        expect(texts.tasks[task]).toMatchObject({
          concept: expect.any(String),
          shape: expect.any(String),
        });
        for (const name of Object.keys(given?.(world) ?? {})) {
          expect(texts.given).toHaveProperty(name);
        }
      }
    },
  );
});
