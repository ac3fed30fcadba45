import type { InstanceRecord } from '../instances/kind.ts';
import { nameOf } from '../references.ts';
import type { ComputeState } from '../state.ts';
import { METADATA_SERVER } from './reach.ts';

/*
 * Names that VMs resolve without any DNS server of their own: zonal names, which projects
 * have had since 2018. A VM's is `VM.ZONE.c.PROJECT.internal`; the own zone's part may be left
 * out, because it is in the search path. Each network sees its own VMs only.
 * https://cloud.google.com/compute/docs/internal-dns
 */

/** The address that a name has for a VM; undefined for one that does not exist. */
export function resolveInternalName(
  { vpc, projectId }: Pick<ComputeState, 'vpc' | 'projectId'>,
  asker: InstanceRecord,
  asked: string,
): string | undefined {
  const name = asked.toLowerCase().replace(/\.$/, '');
  if (name === 'metadata.google.internal' || name === 'metadata') return METADATA_SERVER;
  const suffix = `.c.${projectId}.internal`;
  const path = name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
  const [vm = '', zone = nameOf(asker.scope), ...rest] = path.split('.');
  // `VM.c.PROJECT.internal` would be a global name, `VM.ZONE` alone is completed by the search path.
  if (rest.length > 0 || (path !== name && !path.includes('.'))) return undefined;
  const networks = asker.networkInterfaces.map(({ network }) => network);
  return vpc.instances
    .get(`zones/${zone}`, vm)
    ?.networkInterfaces.find(({ network }) => networks.includes(network))?.networkIP;
}
