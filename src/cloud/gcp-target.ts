import { reasonOf, UserError } from '../errors.ts';
import { defaultRegion, type Target } from './target.ts';

const storageOrigin = 'https://storage.googleapis.com';

/**
 * A real project, reached with Application Default Credentials
 * (https://docs.cloud.google.com/docs/authentication/application-default-credentials).
 *
 * @throws UserError `gcp-credentials` where there are none that work
 */
export async function openGcpTarget(project: string): Promise<Target> {
  const { IdempotencyStrategy, Storage } = await import('@google-cloud/storage');
  // The endpoint is named, so that no emulator variable can lead a run on GCP elsewhere.
  const storage = new Storage({
    projectId: project,
    apiEndpoint: storageOrigin,
    useAuthWithCustomEndpoint: true,
    // Whatever a run asks for may be asked for twice: it alone gives its things their names.
    retryOptions: { idempotencyStrategy: IdempotencyStrategy.RetryAlways },
  });
  try {
    await storage.authClient.getAccessToken();
  } catch (error) {
    throw new UserError('gcp-credentials', { reason: reasonOf(error) }, { cause: error });
  }
  return {
    kind: 'gcp',
    project,
    region: defaultRegion,
    storageOrigin,
    record: { kind: 'gcp', project },
    inProcess: false,
    storage,
    close: async () => {},
  };
}
