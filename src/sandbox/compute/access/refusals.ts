import { ApiError } from '../../wire/errors.ts';

/*
 * How Compute Engine refuses. Its older errors (a missing permission) have `errors` alone; those
 * of the layer before it, which looks at credentials, carry the name of the status and details.
 */

/** @param method by Google's name, such as `compute.instances.list` */
export const credentialsMissing = (method: string | undefined): ApiError =>
  new ApiError(
    401,
    'required',
    'Request is missing required authentication credential. Expected OAuth 2 access token, login ' +
      'cookie or other valid authentication credential. See ' +
      'https://developers.google.com/identity/sign-in/web/devconsole-project.',
    {
      location: 'Authorization',
      locationType: 'header',
      headers: { 'www-authenticate': 'Bearer realm="https://accounts.google.com/"' },
      inner: 'Login Required.',
      rpcStatus: 'UNAUTHENTICATED',
      details: [errorInfo('CREDENTIALS_MISSING', method)],
    },
  );

export const scopesInsufficient = (
  method: string | undefined,
  wanted: readonly string[],
): ApiError =>
  new ApiError(403, 'insufficientPermissions', 'Request had insufficient authentication scopes.', {
    headers: {
      'www-authenticate': `Bearer realm="https://accounts.google.com/", error="insufficient_scope", scope="${wanted.join(' ')}"`,
    },
    inner: 'Insufficient Permission',
    rpcStatus: 'PERMISSION_DENIED',
    details: [errorInfo('ACCESS_TOKEN_SCOPE_INSUFFICIENT', method)],
  });

/** @param path such as `projects/p/zones/z/instances/web-1` */
export const permissionMissing = (permission: string, path: string): ApiError =>
  new ApiError(403, 'forbidden', `Required '${permission}' permission for '${path}'`);

/** Whoever lets a machine act as a service account has to be allowed to act as it himself. */
export const accountDenied = (account: string, user: string): ApiError =>
  new ApiError(
    400,
    'serviceAccountAccessDenied',
    `The user does not have access to service account '${account}'.  User: '${user}'.  Ask a ` +
      'project owner to grant you the iam.serviceAccountUser role on the service account',
  );

/** https://docs.cloud.google.com/apis/design/errors#error_info */
function errorInfo(reason: string, method = ''): object {
  const [, collection = '', action = ''] = method.split('.');
  const service = `${capital(collection)}Service`;
  return {
    '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
    reason,
    domain: 'googleapis.com',
    metadata: {
      service: 'compute.googleapis.com',
      ...(action === '' ? {} : { method: `compute.v1.${service}.${capital(action)}` }),
    },
  };
}

const capital = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1);
