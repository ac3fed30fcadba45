import type { Storage } from '@google-cloud/storage';
import type { Clock } from '../context.ts';
import { reasonOf, UserError } from '../errors.ts';
import { openClients } from './clients.ts';
import type { ComputeClients } from './compute/clients.ts';
import { gcpAudit, postAuthenticated } from './gcp-audit.ts';
import { gcpIdentity, gcpMember } from './gcp-identity.ts';
import { findGcpMachine } from './gcp-machine.ts';
import { inGrowingIntervals } from './growing-intervals.ts';
import type { Credential } from './iam/acting.ts';
import { storageAs } from './storage-as.ts';
import { defaultRegion, type Service, type Target } from './target.ts';
import { ownUserAgent } from './user-agent.ts';

/** Named, so that no emulator variable can lead a run on GCP elsewhere. */
const apis: Readonly<Record<Service, string>> = {
  storage: 'https://storage.googleapis.com',
  compute: 'https://compute.googleapis.com',
  iam: 'https://iam.googleapis.com',
};

/**
 * A real project, reached with Application Default Credentials
 * (https://docs.cloud.google.com/docs/authentication/application-default-credentials).
 *
 * @throws UserError `gcp-credentials` where there are none that work
 */
export async function openGcpTarget(
  project: string,
  services: readonly Service[],
  clock: Pick<Clock, 'now' | 'sleep'>,
): Promise<Target> {
  const clients = await openClients(services, {
    storage: () => connectStorage(project),
    compute: () => connectCompute(project),
    async iam() {
      const { iamClient } = await import('./iam/client.ts');
      return iamClient(await provenBy(gcpIdentity), project);
    },
  });
  const [first = 'storage', ...more] = services;
  return Object.assign(clients, {
    kind: 'gcp' as const,
    project,
    region: defaultRegion,
    services,
    origins: [apis[first], ...more.map((service) => apis[service])] as const,
    record: { kind: 'gcp' as const, project },
    inProcess: false,
    clock,
    loginWithinMs: 180_000,
    async storageAs(credential: Credential) {
      const { accessTokenAs } = await import('./iam/acting.ts');
      const token = await accessTokenAs(credential, await gcpIdentity(), clock.now());
      return storageAs(apis.storage, project, 64, token);
    },
    member: gcpMember,
    machine: (zone: string, name: string) => findGcpMachine(clients.compute, project, zone, name),
    audit: gcpAudit(logging, project, clock, postAuthenticated()),
    recordsData: false,
    watch: (onChange: () => void) => inGrowingIntervals(clock, onChange),
    close: async () => {},
  });
}

const logging = 'https://logging.googleapis.com';

async function connectStorage(project: string): Promise<Storage> {
  const { IdempotencyStrategy, Storage } = await import('@google-cloud/storage');
  const storage = new Storage({
    projectId: project,
    apiEndpoint: apis.storage,
    userAgent: ownUserAgent,
    useAuthWithCustomEndpoint: true,
    // Whatever a run asks for may be asked for twice: it alone gives its things their names.
    retryOptions: { idempotencyStrategy: IdempotencyStrategy.RetryAlways },
  });
  await provenBy(() => storage.authClient.getAccessToken());
  return storage;
}

async function connectCompute(project: string): Promise<ComputeClients> {
  const { connectToGcp } = await import('./compute/connect.ts');
  return provenBy(() => connectToGcp(apis.compute, project));
}

async function provenBy<Result>(authenticate: () => Promise<Result>): Promise<Result> {
  try {
    return await authenticate();
  } catch (error) {
    throw new UserError('gcp-credentials', { reason: reasonOf(error) }, { cause: error });
  }
}
