import { expect } from 'vitest';
import type { SandboxOptions } from '../../../src/sandbox/server.ts';
import { client, type Reply, start } from '../support.ts';

export const P = '/compute/v1/projects/cloudlab-sandbox';
export const ZONE = 'zones/asia-northeast3-a';
export const REGION = 'regions/asia-northeast3';

/** A sandbox with a template called `web`, and how to go on with it. */
export async function groupsSandbox(options: Partial<SandboxOptions> = {}) {
  const sandbox = await start(options);
  const http = client(sandbox);
  const done = async (answer: Reply | Promise<Reply>) => {
    const { status, json } = await answer;
    expect(status, JSON.stringify(json)).toBe(200);
    const { pathname } = new URL(json.selfLink);
    const waited = (await http.post(`${pathname}/wait`, {})).json;
    expect(waited.error, JSON.stringify(waited.error)).toBeUndefined();
    return waited;
  };
  const template = (name: string, more: object = {}) =>
    done(
      http.post(`${P}/global/instanceTemplates`, {
        name,
        properties: {
          machineType: 'e2-micro',
          disks: [
            {
              boot: true,
              autoDelete: true,
              initializeParams: {
                sourceImage: 'projects/debian-cloud/global/images/family/debian-12',
              },
            },
          ],
          networkInterfaces: [{ network: 'global/networks/default' }],
          ...more,
        },
      }),
    );
  const manager = async (path = `${ZONE}/instanceGroupManagers/web`) =>
    (await http.get(`${P}/${path}`)).json;
  const stable = async (path?: string) => {
    for (let tries = 0; tries < 400; tries += 1) {
      const now = await manager(path);
      if (now.status?.isStable) return now;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error(`not stable: ${JSON.stringify(await manager(path), undefined, 1)}`);
  };
  const managed = async (path = `${ZONE}/instanceGroupManagers/web`) => {
    const { json } = await http.post(`${P}/${path}/listManagedInstances`, {});
    return (json.managedInstances ?? []) as {
      name: string;
      id: string;
      instance: string;
      currentAction: string;
      instanceStatus: string;
      version: { instanceTemplate: string };
      lastAttempt?: unknown;
    }[];
  };
  const create = (body: object = {}, place = ZONE) =>
    done(
      http.post(`${P}/${place}/instanceGroupManagers`, {
        name: 'web',
        baseInstanceName: 'web',
        instanceTemplate: 'global/instanceTemplates/web',
        targetSize: 2,
        ...body,
      }),
    );
  await template('web');
  return { sandbox, http, done, template, manager, stable, managed, create };
}
