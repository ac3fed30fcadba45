import { chownSync, existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { onTestFinished, type TestContext } from 'vitest';
import { temporaryDirectory } from '../support/directories.ts';
import { requireTool, run } from './tools.ts';

/** Where Debian and Homebrew keep the programs of the server, which are not on the PATH. */
const places = ['/usr/lib/postgresql', '/opt/homebrew/opt'];

/**
 * A PostgreSQL of one's own, new and empty, on a free port; the test is skipped where none is
 * installed.
 *
 * @returns the variables with which psql finds it
 */
export async function startPostgres(context: TestContext): Promise<NodeJS.ProcessEnv> {
  await requireTool(context, 'psql', 'PostgreSQL client');
  const bin = findServer();
  if (bin === undefined) return context.skip('pg_ctl (PostgreSQL server) is not installed');
  const data = temporaryDirectory();
  const user = await unprivilegedUser(context);
  if (user !== undefined) chownSync(data, user.uid, user.gid);
  const port = await freePort();
  const server = (program: string, ...args: string[]) =>
    run(join(bin, program), args, { cwd: data, ...user });
  await server('initdb', '-D', join(data, 'db'), '-U', 'postgres', '-A', 'trust', '-E', 'UTF8');
  const options = `-p ${port} -k ${data} -c listen_addresses=127.0.0.1 -c fsync=off`;
  await server(
    'pg_ctl',
    '-D',
    join(data, 'db'),
    '-l',
    join(data, 'log'),
    '-o',
    options,
    '-w',
    'start',
  );
  onTestFinished(async () => {
    await server('pg_ctl', '-D', join(data, 'db'), '-m', 'immediate', 'stop');
  });
  return {
    ...process.env,
    PATH: [bin, process.env['PATH']].join(delimiter),
    PGHOST: '127.0.0.1',
    PGPORT: String(port),
    PGUSER: 'postgres',
    PGDATABASE: 'postgres',
  };
}

function findServer(): string | undefined {
  const onPath = (process.env['PATH'] ?? '').split(delimiter);
  const installed = places
    .filter((place) => existsSync(place))
    .flatMap((place) => readdirSync(place).map((name) => join(place, name, 'bin')));
  return [...onPath, ...installed].find((folder) => existsSync(join(folder, 'pg_ctl')));
}

/** The server refuses to run as root: in a container, the user that its package has made. */
async function unprivilegedUser(
  context: TestContext,
): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const number = async (which: string) =>
    Number((await run('id', [which, 'postgres']).catch(() => ({ stdout: '' }))).stdout);
  const [uid, gid] = [await number('-u'), await number('-g')];
  if (!uid || !gid) return context.skip('no user to run PostgreSQL as: it refuses to run as root');
  return { uid, gid };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
