import { expect } from 'vitest';
import type { Reply } from './support.ts';

/** As they are spelled in the sandbox's own project. */
export const OWNERS = 'project-owners-100000000001';
export const EDITORS = 'project-editors-100000000001';
export const VIEWERS = 'project-viewers-100000000001';
/** Who owns every object. */
export const WRITER = 'user-owner@cloudlab-sandbox.example';
/** Metadata of a bucket with uniform access. */
export const UNIFORM = { iamConfiguration: { uniformBucketLevelAccess: { enabled: true } } };

export type Entry = { entity: string; role: string };

/** Entries as `entity:role`, in their order. */
export const brief = (entries: Entry[] = []) =>
  entries.map(({ entity, role }) => `${entity}:${role}`);

/** What is there by default. */
export const PROJECT_PRIVATE = [`${OWNERS}:OWNER`, `${EDITORS}:OWNER`, `${VIEWERS}:READER`];

/** Holds an error to be that, in the JSON API's envelope. */
export function expectRefusal(
  reply: Reply,
  status: number,
  reason: string,
  message: RegExp | string,
) {
  const wanted = typeof message === 'string' ? message : expect.stringMatching(message);
  expect(reply.json?.error, reply.text).toMatchObject({
    code: status,
    message: wanted,
    errors: [{ reason }],
  });
}

/** The sandbox's project. */
export const PROJECT = { projectId: 'cloudlab-sandbox', projectNumber: '100000000001' };
