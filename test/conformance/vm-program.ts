import { expect } from 'vitest';
import { vm } from '../sandbox/compute/instance-support.ts';
import { runProgram, startSandboxProgram } from '../support/cli.ts';
import { temporaryDirectory } from '../support/directories.ts';

export const zone = 'asia-northeast3-a';

/** `cloudlab sandbox start`, its API, VMs in it, and `cloudlab ssh`. */
export async function sandboxProgram(home = temporaryDirectory()) {
  const { url, child } = await startSandboxProgram({ home });
  const project = `${url}/compute/v1/projects/cloudlab-sandbox`;
  // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes
  const api = async (method: string, path: string, body?: object): Promise<any> => {
    const response = await fetch(`${project}${path}`, {
      method,
      ...(body && {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    });
    // biome-ignore lint/suspicious/noExplicitAny: as above
    const answer: any = await response.json();
    if (answer.kind !== 'compute#operation') return answer;
    const place = answer.zone ? `/zones/${zone}` : '/global';
    const wait = await fetch(`${project}${place}/operations/${answer.name}/wait`, {
      method: 'POST',
    });
    const done = (await wait.json()) as { error?: object };
    expect(done.error).toBeUndefined();
    return done;
  };
  /** @param more fields instead of those of an e2-micro with Debian and an external address */
  const create = (name: string, more: object = {}) =>
    api('POST', `/zones/${zone}/instances`, vm(name, more));
  const ssh = (...args: string[]) => runProgram(['ssh', ...args], { home });
  return { home, url, child, api, create, ssh };
}
