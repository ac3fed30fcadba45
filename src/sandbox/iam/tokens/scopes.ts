/**
 * OAuth scopes: what a token was asked for, which limits what its bearer can do with it. A role
 * says what somebody may do, a scope what this token may be used for, and only what both allow
 * is done. Which scopes a method accepts, each API says for itself.
 *
 * https://developers.google.com/identity/protocols/oauth2/scopes
 */
export const isScope = (text: string): boolean =>
  /^(openid|email|profile)$/.test(text) || /^https:\/\/[a-z.]+\.google(apis)?\.com\//.test(text);

/** True for a token with which IAM, and what belongs to it, can be asked. */
export const scopesReachIam = (scopes: readonly string[] | undefined): boolean =>
  scopes === undefined || scopes.some((scope) => IAM.includes(scope));

const IAM = [
  'https://www.googleapis.com/auth/cloud-platform',
  'https://www.googleapis.com/auth/iam',
];
