import { expect, test } from 'vitest';
import type { Sandbox } from '../../../src/sandbox/server.ts';
import { client } from '../support.ts';
import { HERE, type Person, REGION, startHeld } from './access-support.ts';
import { ZONE } from './instance-support.ts';

/*
 * Every route of Compute Engine, as the sandbox itself lists them: whoever adds one and forgets
 * to ask who sends the request finds it here.
 */

/** What any method finds its fields in. */
const BODY = {
  name: 'x',
  network: 'global/networks/default',
  networkTier: 'PREMIUM',
  ipCidrRange: '10.99.0.0/24',
  destRange: '10.99.0.0/24',
  instanceTemplate: 'x',
  networkPeering: { name: 'x' },
  instances: [],
  newSizeGb: '10',
};

async function routesOf(sandbox: Sandbox) {
  const routes = (await sandbox.routes())
    .filter(({ path }) => path.startsWith('/compute/') && !path.endsWith('/*'))
    .map(({ method, path }) => ({
      method,
      path: path
        .replace(':project', sandbox.projectId)
        .replace(':zone', ZONE)
        .replace(':region', REGION)
        .replaceAll(/:\w+/g, 'x'),
    }));
  expect(routes.length).toBeGreaterThan(180);
  return routes;
}

const autoscaler = (path: string): string =>
  path.endsWith('/autoscalers') ? `${path}?autoscaler=x` : path;

async function statuses(sandbox: Sandbox, who: Person): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (const { method, path } of await routesOf(sandbox)) {
    const body = method === 'GET' || method === 'DELETE' ? undefined : BODY;
    const { status } = await who.ask(method, autoscaler(path), body);
    found.set(`${method} ${path}`, status);
  }
  return found;
}

test('who has not said who he is gets nothing from any route, and is told how to', async () => {
  const { sandbox, http } = await startHeld();
  const other = [`${HERE}/zones/${ZONE}/urlMaps/x`, `${HERE}/nothing/here`];
  const asked = [
    ...(await routesOf(sandbox)),
    ...other.flatMap((path) => [
      { method: 'GET', path },
      { method: 'POST', path },
    ]),
    { method: 'GET', path: '/compute/v1/projects/debian-cloud/global/images' },
    { method: 'GET', path: '/compute/v1/projects/another/zones' },
    { method: 'GET', path: `${HERE}/zones/nowhere/instances` },
    { method: 'POST', path: `${HERE}/zones/${ZONE}/instances/x/testIamPermissions` },
  ];
  for (const { method, path } of asked) {
    const { status } = await client(sandbox).call(method, path);
    expect([method, path, status]).toEqual([method, path, 401]);
  }
  const { json, headers } = await http.get(`${HERE}/zones/${ZONE}/instances`);
  expect(headers.get('www-authenticate')).toBe('Bearer realm="https://accounts.google.com/"');
  const message =
    'Request is missing required authentication credential. Expected OAuth 2 access token, ' +
    'login cookie or other valid authentication credential. See ' +
    'https://developers.google.com/identity/sign-in/web/devconsole-project.';
  expect(json).toEqual({
    error: {
      code: 401,
      message,
      errors: [
        {
          message: 'Login Required.',
          domain: 'global',
          reason: 'required',
          locationType: 'header',
          location: 'Authorization',
        },
      ],
      status: 'UNAUTHENTICATED',
      details: [
        {
          '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
          reason: 'CREDENTIALS_MISSING',
          domain: 'googleapis.com',
          metadata: {
            service: 'compute.googleapis.com',
            method: 'compute.v1.InstancesService.List',
          },
        },
      ],
    },
  });
  const wrong = await http.get(`${HERE}/zones`, { authorization: 'Bearer ya29.made-up' });
  expect(wrong.json.error).toMatchObject({
    code: 401,
    errors: [{ message: 'Invalid Credentials', reason: 'authError' }],
    status: 'UNAUTHENTICATED',
  });
  const load = { group: `zones/${ZONE}/instanceGroupManagers/x`, work: 1 };
  expect((await http.post('/_cloudlab/compute/load', load)).status).toBe(401);
}, 60_000);

test('who has no role is refused by every route, and hears nothing of what is there', async () => {
  const { sandbox, person } = await startHeld();
  const nobody = await person('nobody');
  for (const [route, status] of await statuses(sandbox, nobody)) {
    expect([route, status]).toEqual([route, 403]);
  }
  const asking = async (path: string) => (await nobody.ask('GET', path)).json.error;
  expect(await asking(`${HERE}/zones/${ZONE}/instances/x`)).toEqual({
    code: 403,
    message: `Required 'compute.instances.get' permission for 'projects/cloudlab-sandbox/zones/${ZONE}/instances/x'`,
    errors: [
      {
        message: `Required 'compute.instances.get' permission for 'projects/cloudlab-sandbox/zones/${ZONE}/instances/x'`,
        domain: 'global',
        reason: 'forbidden',
      },
    ],
  });
  const messages = [
    [`${HERE}/zones`, 'compute.zones.list', ''],
    [`${HERE}/aggregated/instances`, 'compute.instances.list', ''],
    [HERE, 'compute.projects.get', ''],
    [
      `${HERE}/zones/${ZONE}/machineTypes/f1-micro`,
      'compute.machineTypes.get',
      `/zones/${ZONE}/machineTypes/f1-micro`,
    ],
  ];
  for (const [path = '', permission, at] of messages) {
    const expected = `Required '${permission}' permission for 'projects/cloudlab-sandbox${at}'`;
    expect((await asking(path)).message).toBe(expected);
  }
  const other = (await asking('/compute/v1/projects/100000000001/zones')).message;
  expect(other).toBe("Required 'compute.zones.list' permission for 'projects/cloudlab-sandbox'");
  expect((await asking('/compute/v1/projects/another/zones')).code).toBe(403);
  const images = '/compute/v1/projects/debian-cloud/global/images';
  expect((await nobody.ask('GET', images)).status).toBe(200);
  expect((await nobody.ask('GET', `${images}/family/debian-12`)).status).toBe(200);
}, 60_000);

test('who owns the project is refused by no route', async () => {
  const { sandbox, owner } = await startHeld();
  for (const [route, status] of await statuses(sandbox, owner)) {
    expect([401, 403], route).not.toContain(status);
  }
}, 60_000);
