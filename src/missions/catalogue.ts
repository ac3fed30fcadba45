import type { MissionTexts } from '../content/compiled.ts';
import { loadContent } from '../content/load.ts';
import type { Context } from '../context.ts';
import { UserError } from '../errors.ts';
import { nearest } from '../nearest.ts';
import type { Mission } from './define.ts';

/** A mission with its texts in the user's language. */
export interface LoadedMission {
  readonly mission: Mission;
  readonly texts: MissionTexts;
}

/**
 * Finds a mission by its id, which is its folder's name.
 *
 * @throws UserError `unknown-mission`
 */
export async function readMission(
  { host, say }: Pick<Context, 'host' | 'say'>,
  id: string,
): Promise<LoadedMission> {
  const content = loadContent(host.packageRoot);
  const ids = content.missions().map((one) => one.id);
  if (!ids.includes(id)) throw new UserError('unknown-mission', { id, nearest: nearest(id, ids) });
  return { mission: await importMission(id), texts: content.mission(id, say.language) };
}

/** The bundler turns this into one file a mission, so that only the one that is played is read. */
export async function importMission(id: string): Promise<Mission> {
  const module = (await import(`../../missions/${id}/mission.ts`)) as { default: Mission };
  return module.default;
}
