import type { Project } from '../../project.ts';

/** Older than everything that can be in it. */
const CREATED = '2026-01-01T00:00:00Z';

/** https://docs.cloud.google.com/resource-manager/reference/rest/v1/projects#Project */
export const showProjectV1 = ({ projectId, projectNumber }: Project): object => ({
  ...{ projectNumber, projectId },
  lifecycleState: 'ACTIVE',
  name: projectId,
  createTime: CREATED,
});

/** https://docs.cloud.google.com/resource-manager/reference/rest/v3/projects#Project */
export const showProjectV3 = ({ projectId, projectNumber }: Project): object => ({
  name: `projects/${projectNumber}`,
  projectId,
  state: 'ACTIVE',
  displayName: projectId,
  createTime: CREATED,
  updateTime: CREATED,
  etag: 'W/"1"',
});
