import * as z from 'zod/mini';

/** Something that a mission makes at the provider, in the words of the ledger. */
export const resourceSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('bucket'), name: z.string(), location: z.string() }),
  z.object({ kind: z.literal('object'), bucket: z.string(), name: z.string(), bytes: z.number() }),
  z.object({
    kind: z.literal('instance'),
    name: z.string(),
    zone: z.string(),
    machineType: z.string(),
    /** It has an external address of its own, which is billed with it. */
    ephemeralAddress: z.boolean(),
  }),
  z.object({
    kind: z.literal('disk'),
    name: z.string(),
    zone: z.string(),
    type: z.string(),
    sizeGb: z.number(),
  }),
  z.object({ kind: z.literal('address'), name: z.string(), region: z.string() }),
  z.object({ kind: z.literal('firewall'), name: z.string(), network: z.string() }),
  z.object({ kind: z.literal('service-account'), email: z.string() }),
]);

export type Resource = z.infer<typeof resourceSchema>;
type OfKind<Kind extends Resource['kind']> = Extract<Resource, { kind: Kind }>;
export type BucketResource = OfKind<'bucket'>;
export type ObjectResource = OfKind<'object'>;
export type InstanceResource = OfKind<'instance'>;
export type DiskResource = OfKind<'disk'>;
export type AddressResource = OfKind<'address'>;
export type FirewallResource = OfKind<'firewall'>;
export type ServiceAccountResource = OfKind<'service-account'>;

/**
 * One string per resource, as Google's tools write it: `gs://bucket/object`,
 * or the path below the project, `zones/asia-northeast3-a/instances/vm`.
 */
export function addressOf(resource: Resource): string {
  switch (resource.kind) {
    case 'bucket':
      return `gs://${resource.name}`;
    case 'object':
      return `gs://${resource.bucket}/${resource.name}`;
    case 'instance':
      return `zones/${resource.zone}/instances/${resource.name}`;
    case 'disk':
      return `zones/${resource.zone}/disks/${resource.name}`;
    case 'address':
      return `regions/${resource.region}/addresses/${resource.name}`;
    case 'firewall':
      return `global/firewalls/${resource.name}`;
    case 'service-account':
      return `serviceAccounts/${resource.email}`;
  }
}
