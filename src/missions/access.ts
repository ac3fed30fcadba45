import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { operationOf, untilDone } from '../cloud/compute/operations.ts';
import type { Machine } from '../cloud/machine.ts';
import type { SshConnection } from '../cloud/ssh-client.ts';
import { connectSsh, SshError } from '../cloud/ssh-client.ts';
import type { Target } from '../cloud/target.ts';
import type { Clock } from '../context.ts';
import type { Access, Login, WebAnswer } from './define.ts';

/** What a mission's solutions and checks share, and how to end what it opened. */
export interface OpenAccess {
  readonly access: Access;
  visit(zone: string, vm: string, port: number, withinMs?: number): Promise<WebAnswer | undefined>;
  close(): Promise<void>;
}

/** Opens what a mission may use of the target. */
export function openAccess(target: Target, clock: Clock): OpenAccess {
  const shells = new Map<string, Promise<SshConnection>>();

  async function logIn({ zone, vm, key }: Login): Promise<SshConnection> {
    const machine = await findMachine(zone, vm);
    if (machine === undefined) {
      throw new SshError('timeout', `${vm} does not run, or has no external address`);
    }
    return connectSsh(
      {
        ...machine.ssh,
        user: key.user,
        privateKey: readFileSync(key.privateKeyFile, 'utf8'),
      },
      { clock, deadlineMs: target.loginWithinMs },
    );
  }

  /** A VM is RUNNING before it can be reached. */
  async function findMachine(zone: string, vm: string): Promise<Machine | undefined> {
    for (let left = target.loginWithinMs; ; left -= betweenLooks) {
      const machine = await target.machine(zone, vm);
      if (machine !== undefined || left <= 0) return machine;
      await clock.sleep(betweenLooks);
    }
  }

  return {
    access: {
      get storage() {
        return target.storage;
      },
      get compute() {
        return target.compute;
      },
      get iam() {
        return target.iam;
      },
      storageAs: (credential) => target.storageAs(credential),
      member: () => target.member(),
      project: target.project,
      done: (started) => untilDone(target.compute, target.project, operationOf(started)),
      program(request) {
        if (target.programs === undefined) throw new Error('the mission names no language');
        return target.programs.run(request);
      },
      sleep: (milliseconds) => clock.sleep(milliseconds),
      async shell(login) {
        const name = `${login.zone}/${login.vm}`;
        const known = shells.get(name);
        if (known !== undefined) return known;
        const opened = logIn(login);
        shells.set(name, opened);
        const forget = () => {
          if (shells.get(name) === opened) shells.delete(name);
        };
        opened.then((connection) => connection.closed.then(forget), forget);
        return opened;
      },
    },

    async visit(zone, vm, port, withinMs = 0) {
      for (let left = withinMs; ; left -= betweenVisits) {
        const url = (await target.machine(zone, vm))?.web(port);
        const answer = url === undefined ? undefined : await get(url);
        if (answer !== undefined || left <= 0) return answer;
        await clock.sleep(betweenVisits);
      }
    },

    async close() {
      for (const opened of shells.values()) {
        await opened.then(
          (connection) => connection.close(),
          () => undefined,
        );
      }
    },
  };
}

const betweenLooks = 50;
const betweenVisits = 1000;
/** A firewall that refuses says nothing: who asks has to give up by himself. */
const visitTimeout = 5000;
const shownAtMost = 64 * 1024;

/** One request from outside; undefined where nothing answers. */
function get(url: string): Promise<WebAnswer | undefined> {
  return new Promise((resolve) => {
    const outgoing = request(url, { timeout: visitTimeout, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk.slice(0, shownAtMost - text.length);
      });
      response.on('error', () => resolve(undefined));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    outgoing.on('timeout', () => outgoing.destroy());
    outgoing.on('error', () => resolve(undefined));
    outgoing.end();
  });
}
