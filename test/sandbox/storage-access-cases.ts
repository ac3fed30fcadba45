import type { Answer, Sender } from './storage-access-support.ts';
import { BUCKET, PROJECT } from './storage-access-support.ts';

/**
 * One request of each method of Cloud Storage, and of each way in which it needs different
 * permissions. `send` sends it as somebody; `allowed` is what it is answered with if he may.
 * Where the method would do harm to the other cases, it is asked for what cannot be done:
 * permissions come first.
 */
export interface Case {
  send(who: Sender, at: At): Promise<Answer>;
  allowed: number;
  /** What it takes away: the next case needs it anew. */
  uses?: keyof At;
}

/** What has been made for the case by somebody who may. */
export interface At {
  /** An object that is there, and a name that is not taken. */
  object: string;
  free: string;
  /** The generation of an object that was deleted, and has no successor. */
  deleted: { name: string; generation: string };
  /** A multipart upload of `upload.name`. */
  upload: { name: string; id: string };
}

const B = `/storage/v1/b/${BUCKET}`;
const UPLOAD = `/upload/storage/v1/b/${BUCKET}/o`;
const KEYS = `/storage/v1/projects/${PROJECT}/hmacKeys`;
const encoded = encodeURIComponent;
const entry = { entity: 'user-somebody@example.com', role: 'READER' };

/** A request that is the same whatever there is. */
const fixed = (method: string, path: string, body?: object, allowed = 200): Case => ({
  allowed,
  send: (who) => who.send(method, path, body),
});

/** A request about what has been made, which is there for the next one as well. */
const about = (
  method: string,
  path: (at: At) => string,
  body?: object | string,
  allowed = 200,
): Case => ({ allowed, send: (who, at) => who.send(method, path(at), body) });

/** The same of one after which it is not. */
const using = (uses: keyof At, ...request: Parameters<typeof about>): Case => ({
  ...about(...request),
  uses,
});

const json = (at: At) => `${B}/o/${encoded(at.object)}`;
const xml = (at: At) => `/${BUCKET}/${at.object}`;
const copy = (how: string, to: (at: At) => string) => (at: At) =>
  `${json(at)}/${how}/b/${BUCKET}/o/${encoded(to(at))}`;
const free = (at: At) => at.free;
const part = (at: At) => `/${BUCKET}/${at.upload.name}?uploadId=${at.upload.id}`;
const composed = { sourceObjects: [{ name: 'docs/source' }], destination: {} };

export const CASES = {
  'buckets.list': fixed('GET', `/storage/v1/b?project=${PROJECT}`),
  'buckets.insert': about('POST', () => `/storage/v1/b?project=${PROJECT}`, { name: BUCKET }, 409),
  'buckets.get': fixed('GET', B),
  'buckets.patch': fixed('PATCH', B, { labels: {} }),
  'buckets.patch of its ACL': fixed('PATCH', `${B}?predefinedAcl=private`, {}, 400),
  'buckets.delete': fixed('DELETE', B, undefined, 409),
  'buckets.lockRetentionPolicy': fixed(
    'POST',
    `${B}/lockRetentionPolicy?ifMetagenerationMatch=1`,
    undefined,
    400,
  ),
  'buckets.getStorageLayout': fixed('GET', `${B}/storageLayout`),
  'buckets.getIamPolicy': fixed('GET', `${B}/iam?optionsRequestedPolicyVersion=3`),
  'buckets.setIamPolicy': fixed('PUT', `${B}/iam`, { etag: 'CAE=', bindings: [] }, 412),
  'buckets.testIamPermissions': fixed(
    'GET',
    `${B}/iam/testPermissions?permissions=storage.buckets.get`,
  ),
  'managedFolders.list': fixed('GET', `${B}/managedFolders`),
  'notifications.list': fixed('GET', `${B}/notificationConfigs`),
  'notifications.get': fixed('GET', `${B}/notificationConfigs/99`, undefined, 404),
  'notifications.insert': fixed('POST', `${B}/notificationConfigs`, {}, 400),
  'notifications.delete': fixed('DELETE', `${B}/notificationConfigs/99`, undefined, 404),
  'objects.list': fixed('GET', `${B}/o`),
  'objects.get': about('GET', json),
  'objects.get of the bytes': about('GET', (at) => `${json(at)}?alt=media`),
  'objects.get by download': about('GET', (at) => `/download${json(at)}?alt=media`),
  'objects.insert': using(
    'free',
    'POST',
    (at) => `${UPLOAD}?uploadType=media&name=${at.free}`,
    'x',
  ),
  'objects.insert, resumable': about(
    'POST',
    (at: At) => `${UPLOAD}?uploadType=resumable&name=${at.free}`,
    {},
  ),
  'objects.insert over another': about(
    'POST',
    (at: At) => `${UPLOAD}?uploadType=media&name=${at.object}`,
    'x',
  ),
  'objects.patch': about('PATCH', (at) => `${json(at)}?projection=noAcl`, { metadata: { a: 'b' } }),
  'objects.update': about('PUT', (at) => `${json(at)}?projection=noAcl`, {}),
  'objects.delete': using('object', 'DELETE', json, undefined, 204),
  'objects.copy': using('free', 'POST', copy('copyTo', free)),
  'objects.rewrite': using('free', 'POST', copy('rewriteTo', free)),
  'objects.rewrite over another': about(
    'POST',
    copy('rewriteTo', (at) => at.object),
  ),
  'objects.compose': using('free', 'POST', (at) => `${B}/o/${encoded(at.free)}/compose`, composed),
  'objects.move': using('object', 'POST', (at) => `${json(at)}/moveTo/o/${encoded(at.free)}`),
  'objects.restore': using(
    'deleted',
    'POST',
    ({ deleted }: At) => `${B}/o/${encoded(deleted.name)}/restore?generation=${deleted.generation}`,
  ),
  'hmacKeys.list': fixed('GET', KEYS),
  'hmacKeys.create': fixed('POST', `${KEYS}?serviceAccountEmail=nobody@x.example`, undefined, 404),
  'hmacKeys.get': fixed('GET', `${KEYS}/GOOG1E`, undefined, 404),
  'hmacKeys.update': fixed('PUT', `${KEYS}/GOOG1E`, { state: 'INACTIVE' }, 404),
  'hmacKeys.delete': fixed('DELETE', `${KEYS}/GOOG1E`, undefined, 404),
  'serviceAccount.get': fixed('GET', `/storage/v1/projects/${PROJECT}/serviceAccount`),
  'XML: GET service': fixed('GET', '/'),
  'XML: PUT bucket': fixed('PUT', `/${BUCKET}`, undefined, 409),
  'XML: HEAD bucket': fixed('HEAD', `/${BUCKET}`),
  'XML: GET bucket': fixed('GET', `/${BUCKET}`),
  'XML: GET bucket?versioning': fixed('GET', `/${BUCKET}?versioning`),
  'XML: PUT bucket?versioning': fixed('PUT', `/${BUCKET}?versioning`, undefined, 400),
  'XML: DELETE bucket': fixed('DELETE', `/${BUCKET}`, undefined, 409),
  'XML: GET object': about('GET', xml),
  'XML: HEAD object': about('HEAD', xml),
  'XML: PUT object': using('free', 'PUT', (at) => `/${BUCKET}/${at.free}`, 'x'),
  'XML: PUT object over another': about('PUT', xml, 'x'),
  'XML: PUT object, a copy': {
    allowed: 200,
    uses: 'free',
    send: (who, at) =>
      who.send('PUT', `/${BUCKET}/${at.free}`, '', { 'x-goog-copy-source': xml(at) }),
  },
  'XML: POST object, resumable': {
    allowed: 201,
    send: (who, at) =>
      who.send('POST', `/${BUCKET}/${at.free}`, '', { 'x-goog-resumable': 'start' }),
  },
  'XML: DELETE object': using('object', 'DELETE', xml, undefined, 204),
  'XML: GET bucket?uploads': fixed('GET', `/${BUCKET}?uploads`),
  'XML: POST object?uploads': about('POST', (at) => `/${BUCKET}/${at.free}?uploads`, ''),
  'XML: PUT object?uploadId': about('PUT', (at) => `${part(at)}&partNumber=1`, 'x'),
  'XML: GET object?uploadId': about('GET', part),
  'XML: POST object?uploadId': about('POST', part, '', 400),
  'XML: DELETE object?uploadId': using('upload', 'DELETE', part, undefined, 204),
} satisfies Record<string, Case>;

/** Methods that only buckets without uniform access have. */
export const ACL_CASES = {
  'bucketAccessControls.list': fixed('GET', `${B}/acl`),
  'bucketAccessControls.insert': fixed('POST', `${B}/acl`, entry),
  'defaultObjectAccessControls.list': fixed('GET', `${B}/defaultObjectAcl`),
  'defaultObjectAccessControls.insert': fixed('POST', `${B}/defaultObjectAcl`, entry),
  'objectAccessControls.list': about('GET', (at) => `${json(at)}/acl`),
  'objectAccessControls.insert': about('POST', (at) => `${json(at)}/acl`, entry),
  'objects.patch of its ACL': about(
    'PATCH',
    (at: At) => `${json(at)}?predefinedAcl=private&projection=noAcl`,
    {},
  ),
  'XML: GET bucket?acl': fixed('GET', `/${BUCKET}?acl`),
  'XML: GET object?acl': about('GET', (at) => `${xml(at)}?acl`),
} satisfies Record<string, Case>;
