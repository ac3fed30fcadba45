import type { Caller } from '../../identity.ts';
import type { Project } from '../../project.ts';
import { invalid } from '../../wire/errors.ts';
import { type AclEntry, canonicalEntity, isPublicEntity, MAX_GRANTEE } from './entities.ts';

/**
 * Whom a binding of an IAM policy names: allUsers, allAuthenticatedUsers, and these with a
 * prefix. Emails and domains are kept in lower case. An ACL knows the same grantees by
 * other names, except federated identities, which only IAM has.
 *
 * https://cloud.google.com/iam/docs/principal-identifiers
 */

/** A member as it is stored; what is none gets a 400. */
export function canonicalMember(text: string, project: Project): string {
  if (isPublicEntity(text)) return text;
  if (text.length > MAX_GRANTEE) throw invalid('Invalid member: its name is too long.');
  const [, kind = '', name = ''] = /^(\w+):(.+)$/s.exec(text) ?? [];
  const form = Object.hasOwn(FORMS, kind) ? FORMS[kind as keyof typeof FORMS] : undefined;
  if (!form) {
    throw invalid(
      `The member ${text} is of an unknown type. Please set a valid type prefix for the member.`,
    );
  }
  if (!form.test(name)) throw invalid(`Invalid member: ${text}`);
  if (kind.startsWith('project')) {
    if (name !== project.projectId) throw invalid(`Unknown project id: ${name}`);
    return text;
  }
  return FEDERATED.test(kind) ? text : `${kind}:${name.toLowerCase()}`;
}

const EMAIL = /^[^\s@/:]+@[^\s@/:]+\.[^\s@/:]+$/;
const PROJECT = /^[a-z][a-z0-9-]*$/;

const FORMS = {
  user: EMAIL,
  // A Kubernetes service account has an address of its own: PROJECT.svc.id.goog[NAMESPACE/NAME].
  serviceAccount: /^(?:[^\s@/:]+@[^\s@/:]+\.[^\s@/:]+|[\w.:-]+\.svc\.id\.goog\[[\w-]+\/[\w-]+\])$/,
  group: EMAIL,
  domain: /^[^\s@/:]+\.[^\s@/:]+$/,
  projectOwner: PROJECT,
  projectEditor: PROJECT,
  projectViewer: PROJECT,
  principal: /^\/\/iam\.googleapis\.com\/\S+$/,
  principalSet: /^\/\/(?:iam|cloudresourcemanager)\.googleapis\.com\/\S+$/,
};

const FEDERATED = /^principal/;

const TEAMS = {
  projectOwner: 'owners',
  projectEditor: 'editors',
  projectViewer: 'viewers',
} as const;

/** The ACL's name for a member; undefined for one that ACLs do not know. */
export function entityOfMember(member: string, project: Project): string | undefined {
  if (isPublicEntity(member)) return member;
  const [, kind = '', name = ''] = /^(\w+):(.+)$/.exec(member) ?? [];
  if (Object.hasOwn(TEAMS, kind)) {
    return canonicalEntity(`project-${TEAMS[kind as keyof typeof TEAMS]}-${name}`, project);
  }
  if (kind === 'user' || (kind === 'serviceAccount' && EMAIL.test(name))) return `user-${name}`;
  return kind === 'group' || kind === 'domain' ? `${kind}-${name}` : undefined;
}

/**
 * The owner of what somebody writes, as ACLs name him; undefined for who has not said who he is,
 * and for federated identities, which ACLs do not know.
 */
export function ownerFor({ member }: Caller, project: Project): string | undefined {
  return member === undefined ? undefined : entityOfMember(member, project);
}

/** IAM's name for an entity of an ACL. */
export function memberOfEntity({ entity }: AclEntry, project: Project): string {
  if (isPublicEntity(entity)) return entity;
  const [, kind = '', name = ''] = /^(\w+)-(.+)$/.exec(entity) ?? [];
  if (kind === 'project') {
    const team = name.split('-')[0];
    const member = Object.entries(TEAMS).find(([, plural]) => plural === team)?.[0];
    return `${member}:${project.projectId}`;
  }
  if (kind === 'user' && name.endsWith('.gserviceaccount.com')) return `serviceAccount:${name}`;
  return `${kind}:${name}`;
}
