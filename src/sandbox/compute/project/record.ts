import type { MetadataItem } from '../instances/kind.ts';
import type { ComputeState } from '../state.ts';

/** What can be changed about the project, as far as Compute Engine keeps it. */
export interface ProjectSettings {
  /** What all instances see as `project/attributes/`, `ssh-keys` among it. */
  metadata: { items?: MetadataItem[] };
  defaultNetworkTier: 'PREMIUM' | 'STANDARD';
}

const KEY = Buffer.from('settings');

type Given = Pick<ComputeState, 'projects'>;

export const projectSettings = (state: Given): ProjectSettings =>
  state.projects.get(KEY) ?? { metadata: {}, defaultNetworkTier: 'PREMIUM' };

/** Inside a change. */
export const putProjectSettings = (state: Given, settings: ProjectSettings): void =>
  state.projects.put(KEY, settings);
