import { loadContent } from '../content/load.ts';
import type { Experiments } from './experiment.ts';

/**
 * The experiments of a lesson.
 *
 * @param lesson its id
 */
export async function loadExperiments(packageRoot: string, lesson: string): Promise<Experiments> {
  const entry = loadContent(packageRoot)
    .lessons()
    .find(({ id }) => id === lesson);
  const folder = entry?.aliases.find((alias) => /^\d+-/.test(alias));
  if (folder === undefined) throw new Error(`no folder is known for the lesson ${lesson}`);
  return importExperiments(folder);
}

/** The bundler turns this into one file a lesson, so that only those that are run are read. */
export async function importExperiments(folder: string): Promise<Experiments> {
  const module = (await import(`../../lessons/${folder}/experiments.ts`)) as {
    default: Experiments;
  };
  return module.default;
}
