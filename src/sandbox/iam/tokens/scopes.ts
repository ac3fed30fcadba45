/**
 * OAuth scopes: what a token was asked for, which limits what its bearer can do with it. A role
 * says what somebody may do, a scope what this token may be used for, and only what both allow
 * is done. A VM with the editor's role and the default scopes can read objects and not write.
 *
 * https://developers.google.com/identity/protocols/oauth2/scopes
 * https://docs.cloud.google.com/compute/docs/access/service-accounts#accesscopesiam
 */
export function scopesAllow(scopes: readonly string[], permission: string): boolean {
  return scopes.some((scope) => {
    const name = scope.startsWith(PREFIX) ? scope.slice(PREFIX.length).replace(/\/$/, '') : '';
    return LIMITS[name]?.test(permission) === true;
  });
}

/** True for what Google could know as a scope. */
export const isScope = (text: string): boolean =>
  /^(openid|email|profile)$/.test(text) || /^https:\/\/[a-z.]+\.google(apis)?\.com\//.test(text);

const PREFIX = 'https://www.googleapis.com/auth/';

const READS = String.raw`\.(?:get|list|search|query|check|test|validate)\w*$`;

/** Which permissions each scope lets through. */
const LIMITS: Readonly<Record<string, RegExp>> = {
  'cloud-platform': /^/,
  'cloud-platform.read-only': new RegExp(READS),
  'devstorage.full_control': /^storage\./,
  'devstorage.read_write': /^storage\.(?!.*IamPolicy$)/,
  'devstorage.read_only': /^storage\.\w+\.(?:get|list)$/,
  'devstorage.write_only': /^storage\.objects\.create$/,
  compute: /^compute\./,
  'compute.readonly': new RegExp(`^compute${String.raw`\.[\w.]+`}${READS}`),
  iam: /^(?:iam|resourcemanager)\./,
  cloudplatformprojects: /^resourcemanager\./,
  'cloudplatformprojects.readonly': new RegExp(`^resourcemanager${String.raw`\.\w+`}${READS}`),
  'logging.admin': /^logging\./,
  'logging.read': new RegExp(`^logging${String.raw`\.\w+`}${READS}`),
  'logging.write': /^logging\.logEntries\.create$/,
};
