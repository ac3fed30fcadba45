import { isProject } from '../../project.ts';
import { invalid } from '../../wire/errors.ts';
import { isGrantableOnAccount, isGrantableOnProject } from '../policies/places.ts';
import type { IamState } from '../state.ts';

/*
 * Resources by their full names, as policies on them are asked about:
 * https://docs.cloud.google.com/iam/docs/full-resource-names
 */

type Kind = 'project' | 'account' | 'bucket';

const FORMS: readonly [form: RegExp, kind: Kind][] = [
  // gcloud puts there whichever address it was given for Resource Manager.
  [/^\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?\/projects\/([^/]+)$/, 'project'],
  [/^\/\/cloudresourcemanager\.googleapis\.com\/projects\/([^/]+)$/, 'project'],
  [/^\/\/iam\.googleapis\.com\/projects\/([^/]+)\/serviceAccounts\/[^/]+$/, 'account'],
  [/^\/\/storage\.googleapis\.com\/(?:projects\/(_)\/)?buckets\/[^/]+$/, 'bucket'],
];

/** True for a role that can be granted on a resource. */
export function isGrantable(state: IamState, role: string, resource: string): boolean {
  switch (kindOf(state, resource)) {
    case 'project':
      return isGrantableOnProject(role);
    case 'account':
      return isGrantableOnAccount(role);
    case 'bucket':
      return role.startsWith('roles/storage.');
  }
}

/** What the names of permissions are that one can have on a resource. */
export function permissionsOn(state: IamState, resource: string): RegExp {
  switch (kindOf(state, resource)) {
    case 'project':
      return /^/;
    case 'account':
      return /^iam\.serviceAccount/;
    case 'bucket':
      return /^storage\.(?!buckets\.(?:create|list)$|hmacKeys\.)/;
  }
}

function kindOf(state: IamState, resource: string): Kind {
  for (const [form, kind] of FORMS) {
    const [found, project = '_'] = form.exec(resource) ?? [];
    if (found === undefined) continue;
    if (kind === 'bucket' || project === '-' || isProject(state, project)) return kind;
  }
  throw invalid(`Invalid resource name: ${resource.slice(0, 200)}`);
}
