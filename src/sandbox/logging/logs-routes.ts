import type { FastifyInstance } from 'fastify';
import { apiMethod } from '../wire/api-method.ts';
import { paramsOf } from '../wire/query.ts';
import { sendJson } from '../wire/reply.ts';
import { logIdOf, logName } from './log-entry.ts';
import { type LoggingState, requireReader, seesPrivateLogs } from './state.ts';

/**
 * The names of the logs that have entries.
 *
 * https://docs.cloud.google.com/logging/docs/reference/v2/rest/v2/projects.logs/list
 */
export function logsRoutes(app: FastifyInstance, state: LoggingState): void {
  const project = '/v2/projects/:project';
  const view = '/locations/:location/buckets/:logBucket/views/:view';
  for (const parent of [project, `${project}${view}`]) {
    app.get(`${parent}/logs`, apiMethod('logging.projects.logs.list'), async (request, reply) => {
      requireReader(state, request, paramsOf<'project'>(request).project, 'logging.logs.list');
      const seesAll = seesPrivateLogs(state, request);
      const logs = new Set((await state.auditLog.all()).map(logIdOf));
      const logNames = [...logs]
        .filter((log) => seesAll || log === 'activity')
        .sort()
        .map((log) => logName(state.projectId, log));
      return sendJson(request, reply, logNames.length > 0 ? { logNames } : {});
    });
  }
}
