import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { apiMethod } from '../../wire/api-method.ts';
import { paramsOf } from '../../wire/query.ts';
import { sendJson } from '../../wire/reply.ts';
import { askMore, userOf } from '../access/ask.ts';
import { ACT_AS, type Need, projectPath } from '../access/resources.ts';
import { readBody, text } from '../body.ts';
import { BUILT_IN } from '../catalogue/ids.ts';
import { checkFingerprint, fingerprintOf } from '../fingerprint.ts';
import { readMetadata } from '../instances/metadata.ts';
import { AT_ONCE } from '../operations/plans.ts';
import { presentOperation } from '../operations/representation.ts';
import { beginOperation, changeOnce, readRequestId } from '../operations/start.ts';
import { requireProject } from '../place.ts';
import { quotasOfProject } from '../quotas/quotas.ts';
import { ROOT } from '../references.ts';
import type { ComputeState } from '../state.ts';
import { type ProjectSettings, projectSettings, putProjectSettings } from './record.ts';

const PATH = '/compute/v1/projects/:project';

const metadataBody = z.object({
  fingerprint: text.optional(),
  items: z.array(z.object({ key: text, value: text.default('') })).optional(),
});

const tierBody = z.object({ networkTier: z.enum(['PREMIUM', 'STANDARD']) });

/** The project as Compute Engine sees it: metadata that all instances share, and the default tier. */
export function projectRoutes(app: FastifyInstance, state: ComputeState): void {
  app.get(PATH, apiMethod('compute.projects.get'), async (request, reply) => {
    requireProject(state, paramsOf<'project'>(request).project);
    return sendJson(request, reply, presentProject(state));
  });
  // A key or a start-up script in there does what any of the machines' service accounts may do.
  const asAnyAccount = { permission: ACT_AS, path: projectPath(state) };
  changeRoute(
    app,
    state,
    'setCommonInstanceMetadata',
    metadataBody,
    (settings, body) => {
      checkFingerprint('metadata', settings.metadata, body.fingerprint);
      return { ...settings, metadata: readMetadata(body.items, 'metadata') };
    },
    [asAnyAccount],
  );
  changeRoute(app, state, 'setDefaultNetworkTier', tierBody, (settings, { networkTier }) => ({
    ...settings,
    defaultNetworkTier: networkTier,
  }));
}

/**
 * A change of the project's settings, with its operation.
 *
 * @param needs what whoever asks needs besides the method's own permission
 */
function changeRoute<Body>(
  app: FastifyInstance,
  state: ComputeState,
  action: string,
  schema: z.ZodType<Body>,
  make: (settings: ProjectSettings, body: Body) => ProjectSettings,
  needs: readonly Need[] = [],
): void {
  const method = `compute.projects.${action}`;
  state.plans.set(method, AT_ONCE);
  const handler = async (request: FastifyRequest, reply: FastifyReply) => {
    requireProject(state, paramsOf<'project'>(request).project);
    askMore(state, request, needs);
    const body = await readBody(request, schema, action);
    const requestId = readRequestId((request.query as Record<string, string>)['requestId']);
    const operation = await changeOnce(state, requestId, () => {
      putProjectSettings(state, make(projectSettings(state), body));
      return beginOperation(
        state,
        {
          type: method,
          plan: method,
          targetLink: `${ROOT}projects/${state.projectId}`,
          targetId: state.projectNumber,
          scope: 'global',
          user: userOf(state, request),
        },
        requestId,
      );
    });
    return sendJson(request, reply, presentOperation(state, operation));
  };
  app.post(`${PATH}/${action}`, apiMethod(method), handler);
}

function presentProject(state: ComputeState): object {
  const { metadata, defaultNetworkTier } = projectSettings(state);
  return {
    kind: 'compute#project',
    id: state.projectNumber,
    creationTimestamp: BUILT_IN,
    name: state.projectId,
    commonInstanceMetadata: {
      kind: 'compute#metadata',
      fingerprint: fingerprintOf(metadata),
      ...metadata,
    },
    defaultServiceAccount: `${state.projectNumber}-compute@developer.gserviceaccount.com`,
    quotas: quotasOfProject(state),
    xpnProjectStatus: 'UNSPECIFIED_XPN_PROJECT_STATUS',
    defaultNetworkTier,
    vmDnsSetting: 'ZONAL_ONLY',
    cloudArmorTier: 'CA_STANDARD',
    selfLink: `${ROOT}projects/${state.projectId}`,
  };
}
