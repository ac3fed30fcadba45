/**
 * What Google's auth library for Node does with what the sandbox gives out, unmodified.
 *
 *     node auth-session.mjs <what> <arguments as JSON>
 *
 * It runs as a program of its own, for these libraries read the environment once.
 */
import { Storage } from '@google-cloud/storage';
import { GoogleAuth } from 'google-auth-library';

const [what, given] = process.argv.slice(2);
const { url, keyFile, bucket } = JSON.parse(given);
const scopes = ['https://www.googleapis.com/auth/cloud-platform'];
/** Without `useAuthWithCustomEndpoint` the library shows nobody's credentials to another address. */
const endpoint = {
  apiEndpoint: url,
  useAuthWithCustomEndpoint: true,
  projectId: 'cloudlab-sandbox',
};

const storageWith = (options) =>
  new Storage({ ...endpoint, retryOptions: { autoRetry: false }, ...options });
const read = async (storage) => {
  const [bytes] = await storage.bucket(bucket).file('report.txt').download();
  return bytes.toString();
};
const path = `${url}/storage/v1/b/${bucket}/o/report.txt?alt=media`;

const acts = {
  /** For the address that is asked, as libraries do that name no scopes (Compute Engine's). */
  async selfSigned() {
    const headers = await (await new GoogleAuth({ keyFile }).getClient()).getRequestHeaders(path);
    return (await fetch(path, { headers })).text();
  },
  /** With scopes, where it is told to. */
  async selfSignedScopes() {
    const client = await new GoogleAuth({ keyFile, scopes }).getClient();
    client.useJWTAccessWithScope = true;
    return (await client.request({ url: path, responseType: 'text' })).data;
  },
  /** So Cloud Storage's library takes a key file without asking Google for a token. */
  async storageKeyFile() {
    const storage = storageWith({ keyFilename: keyFile });
    (await storage.authClient.getClient()).useJWTAccessWithScope = true;
    return read(storage);
  },
  /** What the environment says: GCE_METADATA_HOST or GOOGLE_APPLICATION_CREDENTIALS. */
  storageDefault: () => read(storageWith({})),
  email: async () => (await new GoogleAuth({ scopes }).getCredentials()).client_email,
};

const result = await acts[what]().catch((error) => `${error.name}: ${error.message}`);
process.stdout.write(JSON.stringify(result));
