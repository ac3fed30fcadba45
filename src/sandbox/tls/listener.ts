import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { portError, SandboxStartError } from '../start-error.ts';
import { openCertificates } from './certificates.ts';

export interface TlsOptions {
  /** Where the certificates are kept. */
  directory: string;
  /** Default: any free one. */
  port?: number;
}

export interface TlsListener {
  /** https://127.0.0.1:PORT */
  url: string;
  port: number;
  /** The certificate of the authority that clients have to trust. */
  caFile: string;
  /** The same together with the public authorities. */
  bundleFile: string;
  close(): Promise<void>;
}

const DAY = 24 * 60 * 60 * 1000;

/**
 * A second door to the same server, for clients that refuse plain HTTP: the very routes,
 * hooks and checks, behind TLS, on this machine's loopback address only.
 *
 * @param clock the real time, which certificates are dated by
 * @throws SandboxStartError where the port or the directory cannot be used
 */
export async function listenTls(
  { server: plain }: Pick<FastifyInstance, 'server'>,
  { directory, port = 0 }: TlsOptions,
  clock: () => Date,
): Promise<TlsListener> {
  const { caFile, bundleFile, ...leaf } = await openCertificates(directory, clock()).catch(
    (cause: Error) => {
      const why = `The directory ${directory} cannot hold certificates: ${cause.message}.`;
      throw new SandboxStartError('DATA_DIR_UNUSABLE', why, { dataDir: directory, cause });
    },
  );
  const server = createServer(leaf);
  for (const answer of plain.listeners('request')) server.on('request', answer as RequestListener);
  server.keepAliveTimeout = plain.keepAliveTimeout;
  server.requestTimeout = plain.requestTimeout;
  server.setTimeout(plain.timeout);
  for (const answer of plain.listeners('clientError')) {
    server.on('clientError', answer as (error: Error) => void);
  }
  await listen(server, port).catch((error) => {
    throw portError(error, port);
  });
  const address = server.address() as AddressInfo;

  // A sandbox may run for longer than its certificate had left when it started.
  const renewal = setInterval(async () => {
    const { key, cert } = await openCertificates(directory, clock());
    server.setSecureContext({ key, cert });
  }, DAY);
  renewal.unref();

  return {
    url: `https://127.0.0.1:${address.port}`,
    port: address.port,
    caFile,
    bundleFile,
    close: () =>
      new Promise((done) => {
        clearInterval(renewal);
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
