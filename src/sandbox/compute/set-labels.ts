import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { labels, text } from './body.ts';
import type { Collection } from './collection.ts';
import { checkFingerprint } from './fingerprint.ts';
import type { ResourceRecord } from './records.ts';
import { actionRoute } from './resource-routes.ts';
import type { ComputeState } from './state.ts';

const body = z.object({ labels: labels.optional(), labelFingerprint: text.optional() });

/** setLabels of any kind of resource: all labels at once, by whoever saw those before. */
export function setLabelsRoute<R extends ResourceRecord & { labels?: Record<string, string> }>(
  app: FastifyInstance,
  state: ComputeState,
  collection: Collection<R>,
  changed?: (record: R) => void,
): void {
  actionRoute(app, state, collection, {
    action: 'setLabels',
    schema: body,
    run(record, { body: { labels: given = {}, labelFingerprint } }) {
      checkFingerprint('labels', record.labels ?? {}, labelFingerprint);
      record.labels = given;
      collection.put(record);
      changed?.(record);
      return undefined;
    },
  });
}
