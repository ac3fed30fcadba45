import * as z from 'zod/mini';

/** Something that a mission makes at the provider, in the words of the ledger. */
export const resourceSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('bucket'), name: z.string(), location: z.string() }),
  z.object({ kind: z.literal('object'), bucket: z.string(), name: z.string(), bytes: z.number() }),
]);

export type Resource = z.infer<typeof resourceSchema>;
export type BucketResource = Extract<Resource, { kind: 'bucket' }>;
export type ObjectResource = Extract<Resource, { kind: 'object' }>;

/** One string per resource, as Google's tools write it: `gs://bucket/object`. */
export function addressOf(resource: Resource): string {
  switch (resource.kind) {
    case 'bucket':
      return `gs://${resource.name}`;
    case 'object':
      return `gs://${resource.bucket}/${resource.name}`;
  }
}
