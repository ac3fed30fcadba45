/**
 * The names that Google's reference gives to requests about identity
 * (https://docs.cloud.google.com/iam/docs/reference/rest), and to the one that reads the audit
 * log, as far as missions send them.
 */

const account = '/v1/projects/[^/]+/serviceAccounts/[^/:]+';

const patterns: readonly (readonly [verb: string, path: RegExp, name: string])[] = [
  ['POST', /^\/v1\/projects\/[^/]+\/serviceAccounts$/, 'iam.projects.serviceAccounts.create'],
  ['GET', /^\/v1\/projects\/[^/]+\/serviceAccounts$/, 'iam.projects.serviceAccounts.list'],
  ['GET', new RegExp(`^${account}$`), 'iam.projects.serviceAccounts.get'],
  ['DELETE', new RegExp(`^${account}$`), 'iam.projects.serviceAccounts.delete'],
  ['POST', new RegExp(`^${account}/keys$`), 'iam.projects.serviceAccounts.keys.create'],
  ['GET', new RegExp(`^${account}/keys$`), 'iam.projects.serviceAccounts.keys.list'],
  ['DELETE', new RegExp(`^${account}/keys/[^/]+$`), 'iam.projects.serviceAccounts.keys.delete'],
  ['POST', new RegExp(`^${account}:getIamPolicy$`), 'iam.projects.serviceAccounts.getIamPolicy'],
  ['POST', new RegExp(`^${account}:setIamPolicy$`), 'iam.projects.serviceAccounts.setIamPolicy'],
  [
    'POST',
    new RegExp(`^${account}:generateAccessToken$`),
    'iamcredentials.projects.serviceAccounts.generateAccessToken',
  ],
  ['POST', /^\/v1\/projects\/[^/]+:getIamPolicy$/, 'cloudresourcemanager.projects.getIamPolicy'],
  ['POST', /^\/v2\/entries:list$/, 'logging.entries.list'],
];

/** Names the method that a request calls; undefined where it is none of these. */
export function methodOf(verb: string, pathAndQuery: string): string | undefined {
  const path = decodeURIComponent(pathAndQuery.split('?')[0] ?? '');
  return patterns.find(([wanted, pattern]) => wanted === verb && pattern.test(path))?.[2];
}
