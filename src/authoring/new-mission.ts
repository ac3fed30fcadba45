/**
 * The files of a mission to begin with: one that works, makes a bucket and removes it. What it
 * does is to be replaced; `TODO` stands where an author's own words belong.
 */

/**
 * @param id the mission's id
 * @returns contents by file name, within the mission's folder
 */
export function newMission(id: string): Record<string, string> {
  return { 'mission.ts': program(id), 'en.md': texts, 'ko.md': texts };
}

function program(id: string): string {
  return `import { type Act, defineMission, fail, orMissing, pass } from '../../src/missions/define.ts';

/** Names of one run. */
interface World {
  readonly bucket: string;
  readonly region: string;
}

/** @param location where the bucket is made; a wrong solution names another place */
function createBucket({ bucket, region }: World, act: Act, location = region.toUpperCase()) {
  return act.create({ kind: 'bucket', name: bucket, location: region.toUpperCase() }, () =>
    act.storage.createBucket(bucket, { location, labels: { ...act.labels } }),
  );
}

export default defineMission<World>({
  id: '${id}',
  services: ['storage'],
  inputs: {},

  prepare: ({ run, region }) => ({ bucket: \`cloudlab-${id}-\${run}\`, region }),

  creates: ({ bucket, region }) => [
    { kind: 'bucket', name: bucket, location: region.toUpperCase() },
  ],

  tasks: [
    {
      id: 'create',
      needs: [],
      commands: ({ bucket, region }) => [
        \`gcloud storage buckets create gs://\${bucket} --location=\${region}\`,
      ],
      solve: (world, act) => createBucket(world, act),
      async check({ bucket, region }, { storage }) {
        const metadata = await orMissing(storage.bucket(bucket).getMetadata());
        if (metadata === undefined) return fail('missing', \`gs://\${bucket}: 200\`, '404');
        const location = String(metadata.location);
        if (location !== region.toUpperCase()) {
          return fail('elsewhere', \`location=\${region.toUpperCase()}\`, \`location=\${location}\`);
        }
        return pass(\`location=\${location}\`);
      },
    },
    {
      id: 'delete',
      needs: ['create'],
      removes: true,
      commands: ({ bucket }) => [\`gcloud storage buckets delete gs://\${bucket}\`],
      solve: ({ bucket, region }, act) =>
        act.remove({ kind: 'bucket', name: bucket, location: region.toUpperCase() }, () =>
          act.storage.bucket(bucket).delete(),
        ),
      async check({ bucket }, { storage }) {
        const [exists] = await storage.bucket(bucket).exists();
        if (exists) return fail('left', \`gs://\${bucket}: 404\`, \`gs://\${bucket}: 200\`);
        return pass(\`GET gs://\${bucket}: 404 notFound\`);
      },
    },
  ],

  wrong: [
    {
      name: 'the bucket is made in another place',
      failsAt: 'create',
      hint: 'elsewhere',
      solve: { create: (world, act) => createBucket(world, act, 'US') },
    },
  ],
});
`;
}

const texts = `---
title: TODO
summary: TODO
minutes: 5
lesson: storage
hints:
  missing: { why: TODO, next: TODO }
  elsewhere: { why: TODO, next: TODO }
  left: { why: TODO, next: TODO }
tasks:
  create: { concept: TODO, shape: TODO }
  delete: { concept: TODO, shape: TODO }
---
TODO

## TODO {#create}
TODO

## TODO {#delete}
TODO
`;
