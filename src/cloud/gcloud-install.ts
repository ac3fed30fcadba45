import { readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Host } from '../context.ts';
import { findProgram } from './find-program.ts';

/**
 * The oldest gcloud in which everything works that cloudlab shows: `--soft-delete-duration` is
 * younger (November 2023) than `gcloud storage` (402.0.0) and than reading an access token from
 * a file (361.0.0). https://cloud.google.com/sdk/docs/release-notes
 */
export const oldestGcloud = '454.0.0';

export interface GcloudInstall {
  readonly path: string;
  /** Undefined where the installation does not say it without being started. */
  readonly version: string | undefined;
}

/**
 * The gcloud that a shell would start. Its version is read from the installation: to ask gcloud
 * itself would start Python and take about a second.
 */
export function findGcloud(host: Host): GcloudInstall | undefined {
  const path = findProgram(host, 'gcloud');
  return path === undefined ? undefined : { path, version: versionBeside(path) };
}

function versionBeside(path: string): string | undefined {
  try {
    const text = readFileSync(join(dirname(realpathSync(path)), '..', 'VERSION'), 'utf8').trim();
    return /^\d+(\.\d+)+$/.test(text) ? text : undefined;
  } catch {
    return undefined;
  }
}

/** True where `version` came out before `other`; both as `528.0.0`. */
export function isOlder(version: string, other: string): boolean {
  const [own, others] = [version, other].map((text) => text.split('.').map(Number));
  for (const [at, part] of (others ?? []).entries()) {
    const difference = (own?.[at] ?? 0) - part;
    if (difference !== 0) return difference < 0;
  }
  return false;
}
