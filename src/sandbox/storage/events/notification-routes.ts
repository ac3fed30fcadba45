import type { FastifyInstance } from 'fastify';
import { apiMethod } from '../../wire/api-method.ts';
import { readJson } from '../../wire/body.ts';
import { paramsOf } from '../../wire/query.ts';
import { sendJson } from '../../wire/reply.ts';
import { baseUrl } from '../../wire/urls.ts';
import { requireBucket, type StorageState } from '../state.ts';
import {
  addNotification,
  parseNotification,
  removeNotification,
  requireNotification,
  showNotification,
} from './notifications.ts';

const CONFIGS = '/storage/v1/b/:bucket/notificationConfigs';

/** https://cloud.google.com/storage/docs/json_api/v1/notifications */
export function notificationRoutes(app: FastifyInstance, state: StorageState): void {
  app.post(CONFIGS, apiMethod('storage.notifications.insert'), async (request, reply) => {
    const { bucket } = paramsOf<'bucket'>(request);
    const asked = parseNotification(await readJson(request));
    const config = await state.store.write(() => addNotification(state, bucket, asked));
    return sendJson(request, reply, showNotification(config, bucket, baseUrl(request)));
  });

  app.get(CONFIGS, apiMethod('storage.notifications.list'), async (request, reply) => {
    const { bucket } = paramsOf<'bucket'>(request);
    const configs = requireBucket(state, bucket).notifications ?? [];
    const items = configs.map((config) => showNotification(config, bucket, baseUrl(request)));
    return sendJson(request, reply, {
      kind: 'storage#notifications',
      ...(items.length > 0 ? { items } : {}),
    });
  });

  app.get(`${CONFIGS}/:id`, apiMethod('storage.notifications.get'), async (request, reply) => {
    const { bucket, id } = paramsOf<'bucket' | 'id'>(request);
    const config = requireNotification(requireBucket(state, bucket), id);
    return sendJson(request, reply, showNotification(config, bucket, baseUrl(request)));
  });

  app.delete(
    `${CONFIGS}/:id`,
    apiMethod('storage.notifications.delete'),
    async (request, reply) => {
      const { bucket, id } = paramsOf<'bucket' | 'id'>(request);
      await state.store.write(() => removeNotification(state, bucket, id));
      return reply.code(204).send();
    },
  );
}
