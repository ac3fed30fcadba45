import type { FastifyReply, FastifyRequest } from 'fastify';
import { bodyChunks, readAll } from '../../wire/body.ts';
import { notImplemented } from '../../wire/errors.ts';
import { boundaryOf, MultipartReader } from '../../wire/multipart.ts';
import { baseUrl } from '../../wire/urls.ts';
import { verifyPostPolicy } from '../auth/post-policy.ts';
import { actAs, verificationOf } from '../auth/verify.ts';
import type { ObjectRecord } from '../records.ts';
import { requireBucket } from '../state.ts';
import { noMoreThan } from '../uploads/length-range.ts';
import { finishUpload, uploadIntent } from '../uploads/upload.ts';
import { targetOf } from './address.ts';
import { entityTag } from './entity-tag.ts';
import { xmlError } from './errors.ts';
import { sendXml, type XmlHandler } from './reply.ts';
import { camelAcl, namedAttributes, namedHashes, writtenHeaders } from './write-headers.ts';

/**
 * POST of an HTML form to a bucket, with the object in its field `file`:
 *
 *     <form action="http://localhost:PORT/BUCKET" method="post" enctype="multipart/form-data">
 *       <input type="hidden" name="key" value="photos/${filename}">
 *       <input type="file" name="file">
 *     </form>
 *
 * Fields before the file say what it becomes; those behind it are ignored. The answer is
 * 204, or what `success_action_status` or `success_action_redirect` ask for.
 *
 * https://cloud.google.com/storage/docs/xml-api/post-object-forms
 */
export const postForm: XmlHandler = async (state, request, reply) => {
  const { bucket } = targetOf(request);
  requireBucket(state, bucket);
  const type = request.headers['content-type'];
  if (type === undefined || !/^multipart\/form-data\s*;/i.test(type)) {
    throw xmlError(412, 'PreconditionFailed', 'A POST to a bucket has to be multipart/form-data.');
  }
  const reader = new MultipartReader(bodyChunks(request), boundaryOf(type));
  const { fields, file } = await readFields(reader);
  for (const name of fields.keys()) refuseUnknown(name);
  const key = fields.get('key')?.replaceAll(FILE_NAME, () => file.name);
  if (key === undefined || key === '') {
    throw xmlError(400, 'InvalidArgument', "Bucket POST must contain a field named 'key'.");
  }
  fields.set('key', key);
  const grant = verifyPostPolicy({ bucket, fields }, verificationOf(state));
  if (grant !== undefined) actAs(state, request, grant.email);
  const contentType = fields.get('content-type') ?? file.type;
  const acl = fields.get('acl');
  const query = { name: key, predefinedAcl: acl === undefined ? undefined : camelAcl(acl) };
  const named = (name: string) => fields.get(name);
  const metadata = {
    ...namedAttributes(named, fields.keys()),
    storageClass: named('x-goog-storage-class') ?? named('x-amz-storage-class'),
  };
  const intent = uploadIntent(state, request, bucket, query, metadata, contentType);
  if (grant?.lengthRange) intent.lengthRange = grant.lengthRange;
  const { lengthRange } = intent;
  const bytes = reader.content();
  const body = await state.bodies.receive(
    lengthRange === undefined ? bytes : noMoreThan(bytes, lengthRange),
  );
  const { object: record } = await finishUpload(state, request, intent, body, namedHashes(named));
  return answer(request, reply, fields, record);
};

/** Fields named `x-goog-...` have to be known; others may be the page's own. */
function refuseUnknown(name: string): void {
  if (!name.startsWith('x-goog-') || KNOWN.test(name)) return;
  if (name.startsWith('x-goog-encryption-')) throw notImplemented(`the form field ${name}`);
  throw xmlError(400, 'InvalidArgument', `Unknown field: ${name}`);
}

const KNOWN =
  /^x-goog-(?:algorithm|credential|custom-time|date|hash|meta-.+|signature|storage-class)$/;

/** Stands for the file's own name in `key`. */
const FILE_NAME = '$' + '{filename}';
const MAX_FIELD_BYTES = 64 * 1024;
const MAX_FIELDS = 100;

interface Form {
  fields: Map<string, string>;
  file: { name: string; type: string | undefined };
}

/** Reads up to the file, whose bytes come next. */
async function readFields(reader: MultipartReader): Promise<Form> {
  const fields = new Map<string, string>();
  for (let part = await reader.nextPart(); part; part = await reader.nextPart()) {
    const disposition = part.get('content-disposition') ?? '';
    const name = parameter(disposition, 'name')?.toLowerCase();
    if (name === undefined) throw malformed('A field of the form has no name.');
    if (name === 'file') {
      // Browsers of old sent whole paths.
      const path = parameter(disposition, 'filename') ?? '';
      const file = { name: path.slice(path.lastIndexOf('\\') + 1), type: part.get('content-type') };
      return { fields, file };
    }
    if (fields.size === MAX_FIELDS) throw malformed('The form has too many fields.');
    fields.set(name, (await readAll(reader.content(), MAX_FIELD_BYTES)).toString());
  }
  const message = 'POST requires exactly one file upload per request.';
  throw xmlError(400, 'IncorrectNumberOfFilesInPOSTRequest', message);
}

function parameter(disposition: string, name: string): string | undefined {
  const match = new RegExp(`;\\s*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^;\\s]+))`, 'i').exec(
    disposition,
  );
  // Browsers write a quote as %22 and a backslash as it is.
  return (match?.[1] ?? match?.[2])?.replaceAll('\\"', '"').replaceAll('%22', '"');
}

function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  fields: Map<string, string>,
  record: ObjectRecord,
): FastifyReply {
  const { bucket, name } = record;
  const redirect = fields.get('success_action_redirect') ?? fields.get('redirect');
  const target = redirect === undefined ? undefined : parseUrl(redirect);
  if (target !== undefined) {
    target.searchParams.set('bucket', bucket);
    target.searchParams.set('key', name);
    target.searchParams.set('etag', entityTag(record));
    return reply.code(303).header('location', target.href).send();
  }
  const path = name.split('/').map(encodeURIComponent).join('/');
  const location = `${baseUrl(request)}/${bucket}/${path}`;
  reply.headers(writtenHeaders(request, record));
  const status = fields.get('success_action_status');
  if (status === '200') return reply.code(200).send();
  if (status !== '201') return reply.code(204).send();
  return sendXml(reply.code(201).header('location', location), 'PostResponse', [
    ['Location', location],
    ['Bucket', bucket],
    ['Key', name],
    ['ETag', entityTag(record)],
  ]);
}

/** A redirect that is no web address is ignored. */
function parseUrl(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url : undefined;
}

const malformed = (why: string) => xmlError(400, 'MalformedPOSTRequest', why);
