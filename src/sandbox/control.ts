import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { readJson } from './wire/body.ts';
import { ApiError, invalid } from './wire/errors.ts';

export interface ControlOptions {
  token: string | undefined;
  status: () => object;
  stop: () => Promise<void>;
  reset: () => Promise<void>;
  /** Moves the sandbox's clock on and lets everything catch up with it; says where it stands. */
  advanceClock: (seconds: number) => Promise<object>;
  /** An access token of the learner: `{accessToken, expiresIn (seconds), email}`. */
  learnerToken: () => object;
}

/**
 * How the command line finds, stops and empties a running sandbox, moves its clock, and learns
 * the token with which a learner's tools say who he is.
 * Anybody on this machine may ask for its status; changing it takes the token that the
 * starter set. Without a token those paths do not exist.
 */
export function installControl(app: FastifyInstance, options: ControlOptions): void {
  app.get('/_cloudlab/status', async () => options.status());
  // Where `cloudlab env` leads gcloud for what is not here, so that it does not ask the real cloud.
  // Not 501, which it would ask for again and again, half a minute long.
  app.all<{ Params: { api: string } }>('/_cloudlab/missing/:api/*', async ({ params: { api } }) => {
    throw new ApiError(
      400,
      'failedPrecondition',
      `The sandbox does not have this API (${api}) yet.`,
    );
  });
  const { token } = options;
  if (token === undefined) return;

  app.post('/_cloudlab/stop', async (request, reply) => {
    requireToken(request, token);
    // Answer first: closing the server takes this connection with it.
    reply.raw.once('close', () => void options.stop());
    return reply.header('connection', 'close').send({ stopping: true });
  });

  app.post('/_cloudlab/reset', async (request) => {
    requireToken(request, token);
    await options.reset();
    return { reset: true };
  });

  app.post('/_cloudlab/token', async (request, reply) => {
    requireToken(request, token);
    reply.header('cache-control', 'no-store');
    return options.learnerToken();
  });

  app.post('/_cloudlab/clock', async (request) => {
    requireToken(request, token);
    const { advanceSeconds: seconds } = await readJson(request);
    if (typeof seconds !== 'number' || !Number.isSafeInteger(seconds) || seconds < 0) {
      throw invalid('advanceSeconds must be a whole number, not below 0.');
    }
    return options.advanceClock(seconds);
  });
}

/** @throws 401 unless the request shows the control token */
export function requireToken(request: FastifyRequest, token: string): void {
  const given = Buffer.from(request.headers.authorization ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  if (given.length === wanted.length && timingSafeEqual(given, wanted)) return;
  throw new ApiError(401, 'authError', 'The control token is missing or wrong.');
}
