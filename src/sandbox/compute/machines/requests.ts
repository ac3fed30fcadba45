import { setTimeout as sleep } from 'node:timers/promises';
import type { GuestRequest, GuestResponse } from '../../guest/contract.ts';
import { answerMetadata, type MetadataFolder } from '../../wire/metadata-server.ts';
import type { InstanceRecord } from '../instances/kind.ts';
import type { ComputeState } from '../state.ts';
import type { MachineLinks } from './links.ts';
import type { Machine } from './machine.ts';
import { itemsOf, metadataTree } from './metadata-tree.ts';
import {
  answerPackages,
  askApi,
  type Destination,
  destinationOf,
  NetworkError,
} from './outbound.ts';

/** Who sends, and what may answer. */
export interface Surroundings {
  state: ComputeState;
  links: MachineLinks;
  /** The machine behind an instance, if it runs. */
  machineOf(instance: InstanceRecord): Machine | undefined;
}

/**
 * A request that leaves a VM: to the metadata server, to another VM, to Google's APIs or a
 * package mirror, where the VPC network lets it go there. Other addresses do not answer: there
 * is no internet in a sandbox.
 */
export async function answerRequest(
  { state, links, machineOf }: Surroundings,
  instance: InstanceRecord,
  request: GuestRequest,
): Promise<GuestResponse> {
  const url = new URL(request.url);
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  const destination = destinationOf(url.hostname.toLowerCase());
  if (destination.kind === 'metadata') {
    return answerMetadata(() => metadataOf(state, links, instance), request);
  }
  const answer = links.from(instance, endpointOf(links, instance, destination), port);
  if (!answer.allowed) return unanswered(state, request);
  if (destination.kind === 'api') return askApi(state.baseUrl(), request);
  if (destination.kind === 'packages') return answerPackages(request);
  const { arrivesAt, seenAs } = answer;
  const neighbour = arrivesAt && links.at(arrivesAt.url);
  const machine = neighbour && machineOf(neighbour);
  if (machine === undefined) return unanswered(state, request);
  if (!machine.listensOn(port)) throw new NetworkError('refused');
  return machine.serve(port, { ...request, from: seenAs ?? request.from });
}

function endpointOf(
  links: MachineLinks,
  instance: InstanceRecord,
  destination: Exclude<Destination, { kind: 'metadata' }>,
) {
  switch (destination.kind) {
    case 'api':
      return { kind: 'google-apis' } as const;
    case 'packages':
      return { kind: 'internet', address: MIRROR } as const;
    case 'address':
      return destination;
    case 'name': {
      const address = links.resolve(instance, destination.host);
      if (address === undefined) throw new NetworkError('unresolved');
      return { kind: 'address', address } as const;
    }
  }
}

/**
 * Packets were dropped. A program waits for as long as it likes; in a sandbox that is faster
 * than GCP it does not have to.
 */
async function unanswered(state: ComputeState, { timeoutMs }: GuestRequest): Promise<never> {
  const patience = state.realtime ? timeoutMs : Math.min(timeoutMs, PATIENCE_MS);
  await sleep(patience, undefined, { ref: false });
  throw new NetworkError('timeout');
}

function metadataOf(
  { projectId, projectNumber, identity }: ComputeState,
  links: MachineLinks,
  instance: InstanceRecord,
): MetadataFolder {
  return metadataTree({
    projectId,
    projectNumber,
    instance,
    projectAttributes: itemsOf(links.projectItems()),
    networks: links.subnets(instance),
    image: links.bootDisk(instance)?.image,
    preempted: instance.preempted ?? false,
    token: (email, scopes) => {
      const { token, expiresInSeconds } = identity.tokenOf(email, scopes);
      return { access_token: token, expires_in: expiresInSeconds, token_type: 'Bearer' };
    },
  });
}

const PATIENCE_MS = 2000;
/** Stands for any address in the internet (TEST-NET-2). */
const MIRROR = '198.51.100.10';
