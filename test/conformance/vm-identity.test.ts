import { join } from 'node:path';
import { expect, it } from 'vitest';
import { done, HERE, type Person, PROJECT, startHeld } from '../sandbox/compute/access-support.ts';
import { vm, ZONE } from '../sandbox/compute/instance-support.ts';
import { builtProgram } from '../support/built-program.ts';
import { packageRoot } from '../support/host.ts';

/*
 * What a program in a VM may do: with curl, in the shell of a VM that was created through the
 * API, as whoever the metadata server says that it is.
 */

const AUTH = 'https://www.googleapis.com/auth';
/** What `gcloud compute instances create` gives a VM where nobody says otherwise. */
const USUAL = ['devstorage.read_only', 'logging.write', 'monitoring.write'];
const DEFAULT = '100000000001-compute@developer.gserviceaccount.com';

const OBJECTS = 'https://storage.googleapis.com/storage/v1/b/things/o';
const UPLOAD = 'https://storage.googleapis.com/upload/storage/v1/b/things/o?uploadType=media';
const REQUESTS = {
  read: `${OBJECTS}/seen`,
  write: `-X POST --data-binary hello '${UPLOAD}&name=made'`,
  open: 'https://storage.googleapis.com/storage/v1/b/public/o/seen',
  compute: `https://compute.googleapis.com${HERE}/zones/${ZONE}/instances`,
};

/** Tries each request without a token, with the VM's, and with one that somebody made up. */
const script = (requests: Record<string, string>) => `
metadata=http://metadata.google.internal/computeMetadata/v1/instance/service-accounts
status() { curl -s -o /dev/null -w '%{http_code}' "$@"; }
answer=$(curl -s -H 'Metadata-Flavor: Google' $metadata/default/token)
token=$(echo "$answer" | sed -n 's/.*"access_token":"\\([^"]*\\)".*/\\1/p')
echo "RESULT token $(status -H 'Metadata-Flavor: Google' $metadata/default/token)"
${Object.entries(requests)
  .map(
    ([name, request]) =>
      `echo "RESULT ${name} $(status ${request}) $(status -H "Authorization: Bearer $token" ${request}) $(status -H 'Authorization: Bearer ya29.x' ${request})"`,
  )
  .join('\n')}
printf '%s\\n' --b 'Content-Type: application/http' '' "GET ${new URL(OBJECTS).pathname}/seen HTTP/1.1" 'X-Cloudlab-Machine:' '' --b-- > call
batch() { curl -s -X POST -H 'Content-Type: multipart/mixed; boundary=b' --data-binary @call "$@" https://storage.googleapis.com/batch/storage/v1 | sed -n 's/^HTTP.1.1 \\([0-9]*\\).*/\\1/p'; }
echo "RESULT batch $(batch) $(batch -H "Authorization: Bearer $token")"
echo RESULT done
`;

it.each(['open', 'enforce'] as const)(
  'is nobody without a token, and with one what its account and its scopes allow (%s)',
  async (auth) => {
    builtProgram();
    const guestProgram = join(packageRoot, 'dist', 'guest', 'worker.js');
    const { owner, sandbox } = await startHeld({ auth, guestProgram });
    for (const name of ['things', 'public']) {
      await owner.ask('POST', `/storage/v1/b?project=${PROJECT}`, {
        name,
        iamConfiguration: { uniformBucketLevelAccess: { enabled: true } },
      });
      const upload = `/upload/storage/v1/b/${name}/o?uploadType=media&name=seen`;
      expect((await owner.ask('POST', upload, 'here')).status).toBe(200);
    }
    const policy = (await owner.ask('GET', '/storage/v1/b/public/iam')).json;
    policy.bindings.push({ role: 'roles/storage.objectViewer', members: ['allUsers'] });
    expect((await owner.ask('PUT', '/storage/v1/b/public/iam', policy)).status).toBe(200);

    const run = (name: string, account: object) => results(owner, name, account);
    const scoped = (...scopes: string[]) => ({
      serviceAccounts: [{ email: DEFAULT, scopes: scopes.map((scope) => `${AUTH}/${scope}`) }],
    });
    const [usual, whole, none] = await Promise.all([
      run('usual', scoped(...USUAL)),
      run('whole', scoped('cloud-platform')),
      run('none', {}),
    ]);
    // The editor role of the default account does not help who has a token for reading only.
    expect(usual).toEqual({
      token: '200',
      read: '401 200 401',
      write: '401 403 401',
      open: '200 200 401',
      compute: '401 403 401',
      batch: '401 200',
    });
    expect(whole).toMatchObject({
      read: '401 200 401',
      write: '401 200 401',
      compute: '401 200 401',
    });
    expect(none).toMatchObject({
      token: '404',
      read: '401 401 401',
      open: '200 200 401',
      batch: '401 401',
    });
    // The learner at his own machine is somebody else.
    const status = (await fetch(`${sandbox.url}/storage/v1/b/things/o/seen`)).status;
    expect(status).toBe(auth === 'open' ? 200 : 401);
  },
  60_000,
);

/** What the start-up script of a new VM wrote to the serial port. */
async function results(owner: Person, name: string, account: object) {
  const items = [{ key: 'startup-script', value: script(REQUESTS) }];
  const body = vm(name, { ...account, metadata: { items } });
  await done(owner, await owner.ask('POST', `${HERE}/zones/${ZONE}/instances`, body));
  const serial = `${HERE}/zones/${ZONE}/instances/${name}/serialPort`;
  const output = async (): Promise<string> => (await owner.ask('GET', serial)).json.contents;
  await expect.poll(output, { timeout: 40_000, interval: 200 }).toContain('RESULT done');
  const lines = (await output()).matchAll(/RESULT (\w+) ([\d ]+)/g);
  return Object.fromEntries([...lines].map(([, what, statuses]) => [what, statuses]));
}
