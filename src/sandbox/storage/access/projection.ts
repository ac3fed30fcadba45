import type { Query } from '../../wire/query.ts';
import { notAllowed } from './predefined.ts';

/**
 * `projection=full` shows ACLs and owners, `noAcl` leaves them out. Which of them is the
 * default depends on the method: reads show none, changes show them, and what creates
 * something shows them if its request brought an ACL. With uniform bucket-level access
 * there are none to show.
 */
export type Projection = 'full' | 'noAcl';

/** Reads `projection`, or refuses one that there is not. */
export function readProjection(query: Query, byDefault: Projection): Projection {
  const { projection } = query;
  if (projection === undefined || projection === '') return byDefault;
  if (projection === 'full' || projection === 'noAcl') return projection;
  throw notAllowed('projection', projection, ['full', 'noAcl']);
}

/** The projection for what creates something: full by default if the request brings an ACL. */
export function readProjectionOfNew(
  query: Query,
  body: { acl?: unknown; defaultObjectAcl?: unknown },
): Projection {
  const brings = [body.acl, body.defaultObjectAcl].some(
    (list) => Array.isArray(list) && list.length > 0,
  );
  return readProjection(query, brings ? 'full' : 'noAcl');
}
