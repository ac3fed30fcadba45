import type { FastifyReply, FastifyRequest } from 'fastify';
import { bucketAcl, defaultObjectAcl, objectAcl } from '../access/acl.ts';
import { refuseIfUniform } from '../access/bucket-rules.ts';
import { type AclEntry, bucketOwner, objectOwner } from '../access/entities.ts';
import type { BucketRecord } from '../records.ts';
import { requireBucket, requireObject, type StorageState } from '../state.ts';
import { targetOf } from './address.ts';
import { generationOf } from './object-read.ts';
import { sendXml, type XmlHandler } from './reply.ts';
import type { XmlElement } from './write.ts';

/*
 * ACLs as the XML API shows them: the entries of the JSON API's lists, with scopes for
 * entities and permissions for roles.
 *
 * https://cloud.google.com/storage/docs/xml-api/reference-acl
 */

export const getBucketAcl: XmlHandler = async (state, request, reply) =>
  send(reply, bucketAcl(state, bucketWithAcls(state, request)), bucketOwner(state));

export const getDefaultObjectAcl: XmlHandler = async (state, request, reply) =>
  send(reply, defaultObjectAcl(state, bucketWithAcls(state, request)), undefined);

function bucketWithAcls(state: StorageState, request: FastifyRequest): BucketRecord {
  const bucket = requireBucket(state, targetOf(request).bucket);
  refuseIfUniform(bucket, 'getBucketAcl');
  return bucket;
}

export const getObjectAcl: XmlHandler = async (state, request, reply) => {
  const { bucket, object: name } = targetOf(request);
  refuseIfUniform(requireBucket(state, bucket), 'getObjectAcl');
  const object = requireObject(state, bucket, name, generationOf(request));
  return send(reply, objectAcl(state, object), objectOwner(state, object.owner));
};

function send(reply: FastifyReply, entries: AclEntry[], owner: string | undefined): FastifyReply {
  return sendXml(reply, 'AccessControlList', [
    ['Owner', owner === undefined ? undefined : [['ID', owner.replace(/^user-/, '')]]],
    ['Entries', entries.map(showEntry)],
  ]);
}

const PERMISSIONS = { OWNER: 'FULL_CONTROL', WRITER: 'WRITE', READER: 'READ' };

function showEntry({ entity, role }: AclEntry): XmlElement {
  const { type, content } = scopeOf(entity);
  return [
    'Entry',
    [
      ['Permission', PERMISSIONS[role]],
      ['Scope', content, { type }],
    ],
  ];
}

function scopeOf(entity: string): { type: string; content: XmlElement[] | '' } {
  if (entity === 'allUsers') return { type: 'AllUsers', content: '' };
  if (entity === 'allAuthenticatedUsers') return { type: 'AllAuthenticatedUsers', content: '' };
  const [, kind = '', name = entity] = /^(user|group|domain)-(.+)$/.exec(entity) ?? [];
  if (kind === 'domain') return { type: 'GroupByDomain', content: [['Domain', name]] };
  const who = kind === 'user' ? 'User' : 'Group';
  return name.includes('@')
    ? { type: `${who}ByEmail`, content: [['EmailAddress', name]] }
    : { type: `${who}ById`, content: [['ID', name]] };
}
