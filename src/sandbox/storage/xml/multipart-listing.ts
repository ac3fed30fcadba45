import { queryOf } from '../../wire/query.ts';
import { requireBucket, type StorageState } from '../state.ts';
import { targetOf } from './address.ts';
import { xmlError } from './errors.ts';
import { maxKeys, nameEncoder, ownerOf } from './listing.ts';
import {
  type MultipartRecord,
  multipartUploads,
  partsOf,
  partTag,
  requireMultipart,
} from './multipart-state.ts';
import { sendXml, type XmlHandler } from './reply.ts';
import { S3_NAMESPACE, type XmlElement } from './write.ts';

/** https://cloud.google.com/storage/docs/xml-api/get-object-multipart */
export const listParts: XmlHandler = async (state, request, reply) => {
  const { bucket, object } = targetOf(request);
  const query = queryOf(request);
  const encode = nameEncoder(query);
  const upload = requireMultipart(state, bucket, object, query['uploadId'] ?? '');
  const marker = Number(query['part-number-marker'] || 0);
  if (!Number.isInteger(marker) || marker < 0 || marker > 0xffff_fff0) {
    throw xmlError(400, 'InvalidArgument', 'Invalid part-number-marker.');
  }
  const max = maxKeys(query['max-parts']);
  const parts = take(partsOf(state, upload.id, marker), max + 1);
  const truncated = parts.length > max;
  const shown = parts.slice(0, max);
  return sendXml(
    reply,
    'ListPartsResult',
    [
      ['Bucket', bucket],
      ['EncodingType', query['encoding-type']],
      ['Key', encode(object)],
      ['UploadId', upload.id],
      ['Initiator', ownerOf(state)],
      ['Owner', ownerOf(state)],
      ['StorageClass', storageClassOf(state, upload)],
      ['PartNumberMarker', marker],
      ['NextPartNumberMarker', truncated ? shown.at(-1)?.number : undefined],
      ['MaxParts', max],
      ['IsTruncated', truncated],
      ...shown.map(
        (part): XmlElement => [
          'Part',
          [
            ['PartNumber', part.number],
            ['LastModified', new Date(part.updated).toISOString()],
            ['ETag', partTag(part)],
            ['Size', part.size],
          ],
        ],
      ),
    ],
    S3_NAMESPACE,
  );
};

/** https://cloud.google.com/storage/docs/xml-api/get-bucket-uploads */
export const listUploads: XmlHandler = async (state, request, reply) => {
  const { bucket } = targetOf(request);
  const query = queryOf(request);
  const encode = nameEncoder(query);
  requireBucket(state, bucket);
  const { prefix = '', delimiter = '' } = query;
  const asked = {
    bucket,
    prefix,
    delimiter,
    keyMarker: query['key-marker'] ?? '',
    idMarker: query['upload-id-marker'] ?? '',
    max: maxKeys(query['max-uploads']),
  };
  const { uploads, prefixes, next } = readUploads(state, asked);
  return sendXml(
    reply,
    'ListMultipartUploadsResult',
    [
      ['Bucket', bucket],
      ['KeyMarker', encode(asked.keyMarker)],
      ['UploadIdMarker', asked.idMarker],
      ['NextKeyMarker', next && encode(next.name)],
      ['NextUploadIdMarker', next?.id],
      ['Prefix', encode(prefix)],
      ['Delimiter', delimiter === '' ? undefined : encode(delimiter)],
      ['EncodingType', query['encoding-type']],
      ['MaxUploads', asked.max],
      ['IsTruncated', next !== undefined],
      ...uploads.map((upload): XmlElement => ['Upload', showUpload(state, upload, encode)]),
      ...[...prefixes].map((text): XmlElement => ['CommonPrefixes', [['Prefix', encode(text)]]]),
    ],
    S3_NAMESPACE,
  );
};

interface UploadsAsked {
  bucket: string;
  prefix: string;
  delimiter: string;
  keyMarker: string;
  idMarker: string;
  max: number;
}

interface UploadsPage {
  uploads: MultipartRecord[];
  prefixes: Set<string>;
  /** The markers behind which the next page begins, if there is one. */
  next: { name: string; id: string | undefined } | undefined;
}

function readUploads(state: StorageState, asked: UploadsAsked): UploadsPage {
  const { bucket, prefix, delimiter, keyMarker, idMarker, max } = asked;
  const uploads: MultipartRecord[] = [];
  const prefixes = new Set<string>();
  let last: UploadsPage['next'];
  for (const upload of multipartUploads(state, bucket, prefix)) {
    const { name } = upload.intent;
    if (!isBehind(upload, keyMarker, idMarker)) continue;
    const at = delimiter === '' ? -1 : name.indexOf(delimiter, prefix.length);
    const common = at === -1 ? undefined : name.slice(0, at + delimiter.length);
    if (common !== undefined && (prefixes.has(common) || common === keyMarker)) continue;
    if (uploads.length + prefixes.size === max) return { uploads, prefixes, next: last };
    if (common === undefined) uploads.push(upload);
    else prefixes.add(common);
    last = { name: common ?? name, id: common === undefined ? upload.id : undefined };
  }
  return { uploads, prefixes, next: undefined };
}

function showUpload(
  state: StorageState,
  upload: MultipartRecord,
  encode: (name: string) => string,
): XmlElement[] {
  return [
    ['Key', encode(upload.intent.name)],
    ['UploadId', upload.id],
    ['Initiator', ownerOf(state)],
    ['Owner', ownerOf(state)],
    ['StorageClass', storageClassOf(state, upload)],
    ['Initiated', new Date(upload.started).toISOString()],
  ];
}

/** True behind the markers: a later name, or the same one with a later upload. */
function isBehind({ id, intent }: MultipartRecord, key: string, idMarker: string): boolean {
  const order = Buffer.compare(Buffer.from(intent.name), Buffer.from(key));
  return order > 0 || (order === 0 && idMarker !== '' && id > idMarker) || key === '';
}

function storageClassOf(state: StorageState, { intent }: MultipartRecord): string {
  const { storageClass } = requireBucket(state, intent.bucket);
  return intent.metadata.storageClass ?? storageClass;
}

function take<T>(items: Iterable<T>, count: number): T[] {
  const taken: T[] = [];
  for (const item of items) {
    if (taken.length === count) break;
    taken.push(item);
  }
  return taken;
}
