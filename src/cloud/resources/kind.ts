import type { Resource } from '../resource.ts';
import type { Target } from '../target.ts';

/** The label that everything made by one run carries where the provider allows labels. */
export const runLabel = 'cloudlab-run';
export const missionLabel = 'cloudlab-mission';

/** The filter of a list for what carries the run's label. */
export function labelledWith(run: string): string {
  return `labels.${runLabel}=${run}`;
}

/**
 * What the provider has under a resource's name. `foreign` is something that
 * does not carry this run's label: it was there before, or is somebody else's,
 * and is never touched. `forbidden` may be either: bucket names are shared by
 * the whole world, and another owner's answers 403, but so does our own to
 * credentials that have lost their role.
 */
export type Standing = 'absent' | 'ours' | 'foreign' | 'forbidden';

/** How one kind of resource is looked up and removed. */
export interface ResourceKind<Kind extends Resource = Resource> {
  find(target: Target, resource: Kind, run: string): Promise<Standing>;
  /** Removes it with all that it holds; something that is gone already is success. */
  remove(target: Target, resource: Kind): Promise<void>;
  /** Waits for what the provider is still doing to it; left out where it does everything at once. */
  settle?(target: Target, resource: Kind): Promise<unknown>;
}

/** True for the provider's answer 404. */
export function isNotFound(error: unknown): boolean {
  return statusOf(error) === 404;
}

/** True for the provider's answer 403: it knows who asks, and he may not. */
export function isRefused(error: unknown): boolean {
  return statusOf(error) === 403;
}

/** What is answered, or undefined where there is no such thing. */
export async function orMissing<Found>(
  asked: Promise<[Found, ...unknown[]]>,
): Promise<Found | undefined> {
  try {
    const [found] = await asked;
    return found;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** The HTTP status inside an error of one of Google's clients, if it is one. */
export function statusOf(error: unknown): number | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'number' ? code : undefined;
}
