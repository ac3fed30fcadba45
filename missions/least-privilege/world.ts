import { dirname, join } from 'node:path';
import type { Preparation } from '../../src/missions/define.ts';
import type { Seed } from '../../src/missions/seed.ts';

/** A file on this machine and the object that it becomes. */
export interface Upload {
  readonly path: string;
  readonly object: string;
  readonly bytes: number;
}

/** Names and files of one run. */
export interface World {
  readonly project: string;
  readonly region: string;
  readonly bucket: string;
  /** What stands before the `@`. */
  readonly account: string;
  readonly email: string;
  /** Where the key file goes; there is none until somebody makes one. */
  readonly keyFile: string;
  /** Uploaded with the key, and with impersonation. */
  readonly reports: { readonly byKey: Upload; readonly byImpersonation: Upload };
  /** How a command says who the learner is, as policies name him. */
  readonly learner: string;
}

/** The role that lets the account add objects, and neither read, replace nor delete one. */
export const narrowRole = 'roles/storage.objectCreator';
/** The role that lets somebody act as a service account. */
export const actAsRole = 'roles/iam.serviceAccountTokenCreator';

/** One bucket, one service account, and two small reports to upload. */
export function prepareWorld(preparation: Preparation): World {
  const { run, project, region, seed, target, writeFile } = preparation;
  const account = `uploader-${run}`;
  const report = (name: string): Upload => {
    const text = reportText(seed);
    return { path: writeFile(name, text), object: name, bytes: Buffer.byteLength(text) };
  };
  const byKey = report(`accuracy-${seed.integer(100, 999)}.csv`);
  const byImpersonation = report(`latency-${seed.integer(100, 999)}.csv`);
  return {
    project,
    region,
    bucket: `cloudlab-reports-${run}`,
    account,
    email: `${account}@${project}.iam.gserviceaccount.com`,
    keyFile: join(dirname(byKey.path), 'key.json'),
    reports: { byKey, byImpersonation },
    learner:
      target === 'sandbox' ? 'user:learner@example.com' : 'user:$(gcloud config get-value account)',
  };
}

function reportText(seed: Seed): string {
  const rows = Array.from({ length: seed.integer(5, 9) }, (_, day) => {
    return `${day + 1},0.${seed.integer(700, 990)}`;
  });
  return `day,value\n${rows.join('\n')}\n`;
}
