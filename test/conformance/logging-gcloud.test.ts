import { expect, it } from 'vitest';
import { startGcloud } from './gcloud.ts';

/**
 * gcloud reads the audit log, unmodified: what it did itself stands there, with its user agent.
 * Few calls, for each takes a second.
 */
it('gcloud reads who did what, and lists the logs', { timeout: 90_000 }, async (context) => {
  const { gcloud, storage } = await startGcloud(context);
  await storage('buckets', 'create', 'gs://photos-1');
  const query = 'resource.type=gcs_bucket AND severity>=NOTICE AND "gcloud.storage.buckets.create"';
  const read = await gcloud(
    ...['logging', 'read', query, '--freshness=1h', '--limit=5', '--format=json'],
  );
  expect(JSON.parse(read)).toMatchObject([
    {
      protoPayload: {
        '@type': 'type.googleapis.com/google.cloud.audit.AuditLog',
        methodName: 'storage.buckets.create',
        resourceName: 'projects/_/buckets/photos-1',
        requestMetadata: { callerSuppliedUserAgent: expect.stringContaining('google-cloud-sdk') },
        authorizationInfo: [{ permission: 'storage.buckets.create', granted: true }],
      },
      labels: { api_method: 'storage.buckets.insert' },
      severity: 'NOTICE',
    },
  ]);
  expect(await gcloud('logging', 'logs', 'list', '--format=value(.)')).toContain(
    'projects/cloudlab-sandbox/logs/cloudaudit.googleapis.com%2Factivity',
  );
  await expect(gcloud('logging', 'read', 'severity>=')).rejects.toThrow(/Unparseable filter/);
});
