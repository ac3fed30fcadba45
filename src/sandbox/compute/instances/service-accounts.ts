import type { Project } from '../../project.ts';
import { ApiError } from '../../wire/errors.ts';
import { invalidField } from '../errors.ts';
import { FailsLater } from '../operations/failing.ts';
import type { ComputeState } from '../state.ts';
import type { ServiceAccountRequest } from './body.ts';

/** The service account that instances have where nothing else is said by gcloud or the Console. */
export const defaultServiceAccount = ({ projectNumber }: Pick<Project, 'projectNumber'>): string =>
  `${projectNumber}-compute@developer.gserviceaccount.com`;

/** @throws 400; FailsLater where there is no such account */
export function readServiceAccounts(
  state: Pick<ComputeState, 'projectNumber' | 'identity'>,
  accounts: readonly ServiceAccountRequest[] = [],
): { email: string; scopes: string[] }[] {
  if (accounts.length > 1) {
    const why = 'At most one service account can be specified.';
    throw invalidField('resource.serviceAccounts', '', why);
  }
  return accounts.map(({ email = 'default', scopes = [] }) => {
    const whole = email === 'default' ? defaultServiceAccount(state) : email;
    if (!/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(whole)) {
      const why = 'The specified service account is not a valid email address.';
      throw invalidField('resource.serviceAccounts[0].email', email.slice(0, 200), why);
    }
    if (state.identity.serviceAccount(whole) === undefined) throw noSuchAccount(whole);
    for (const [index, scope] of scopes.entries()) {
      if (/^https:\/\/(?:www\.googleapis\.com\/auth\/|mail\.google\.com)/.test(scope)) continue;
      const why = 'The specified scope is not a valid OAuth scope.';
      throw invalidField(`resource.serviceAccounts[0].scopes[${index}]`, scope.slice(0, 200), why);
    }
    return { email: whole, scopes };
  });
}

/** Compute Engine asks IAM for it, and learns only then that it is not there. */
const noSuchAccount = (email: string): FailsLater =>
  new FailsLater(
    new ApiError(
      404,
      'externalResourceNotFound',
      `The resource '${email}' of type 'serviceAccount' was not found.`,
    ),
  );
