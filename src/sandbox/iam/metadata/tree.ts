import { Leaf, type MetadataFolder } from '../../wire/metadata-server.ts';
import type { IamState } from '../state.ts';
import { learnerToken } from '../tokens/learner-token.ts';

/** Where the learner sits, as far as a library asks: a zone like those that missions use. */
const ZONE = 'asia-northeast3-a';

/** Google gives a token that ends within the hour, so that libraries ask again in time. */
const TOKEN_SECONDS = 3599;

const SCOPES = [
  'https://www.googleapis.com/auth/cloud-platform',
  'https://www.googleapis.com/auth/userinfo.email',
  'openid',
];

/**
 * What the metadata server outside of VMs knows: the project, and the learner, whose token it
 * has instead of a service account's. Cloud Shell's is the same.
 *
 * @param identity the ID token that was asked for, if one was
 */
export function learnerTree(state: IamState, identity?: string): MetadataFolder {
  const { projectId, projectNumber } = state;
  const account: MetadataFolder = {
    aliases: new Leaf(['default'], 'default'),
    email: new Leaf(learnerToken(state).email),
    scopes: new Leaf(SCOPES, SCOPES.join('\n')),
    get token() {
      const { accessToken } = learnerToken(state);
      const shown = {
        access_token: accessToken,
        expires_in: TOKEN_SECONDS,
        token_type: 'Bearer',
      };
      return new Leaf(shown, JSON.stringify(shown));
    },
  };
  // A listing of everything shows no tokens.
  Object.defineProperty(account, 'token', { enumerable: false });
  if (identity !== undefined) {
    Object.defineProperty(account, 'identity', { value: new Leaf(identity), enumerable: false });
  }
  const { email } = learnerToken(state);
  return {
    instance: {
      attributes: {},
      id: new Leaf(1, '1'),
      name: new Leaf('cloudlab'),
      'service-accounts': { default: account, [email]: account },
      zone: new Leaf(`projects/${projectNumber}/zones/${ZONE}`),
    },
    project: {
      attributes: {},
      'numeric-project-id': new Leaf(Number(projectNumber), projectNumber),
      'project-id': new Leaf(projectId),
    },
    universe: { 'universe-domain': new Leaf('googleapis.com') },
  };
}
