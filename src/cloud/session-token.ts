/**
 * The learner's own token: a running sandbox gives it out to whoever knows its control token,
 * and it holds as long as that sandbox runs. It lies in a file of the home, private to the
 * user, where gcloud reads it (`auth/access_token_file`) and a script can.
 */
import * as z from 'zod/mini';
import { writeFileAtomically } from '../atomic-file.ts';
import type { Home } from '../home.ts';
import type { Learner } from './client-env.ts';
import { call, type SandboxAddress } from './running-sandbox.ts';

const tokenSchema = z.object({ accessToken: z.string(), email: z.string() });

/** Asks for the token; undefined where the sandbox gives none out, as an older cloudlab's does. */
export async function askForToken(
  address: Pick<SandboxAddress, 'url' | 'controlToken'>,
): Promise<{ accessToken: string; email: string } | undefined> {
  const url = `${address.url}/_cloudlab/token`;
  const { status, body } = await call(url, 'POST', address.controlToken);
  const parsed = z.safeParse(tokenSchema, body);
  return status === 200 && parsed.success ? parsed.data : undefined;
}

/**
 * With what cloudlab's own clients say who they are; undefined where nobody asks.
 *
 * @param address of a running sandbox
 */
export async function ownToken(address: SandboxAddress): Promise<string | undefined> {
  return address.auth === 'enforce' ? (await askForToken(address))?.accessToken : undefined;
}

/** Asks for the token, and writes it where the tools look for it. */
export async function keepToken(
  home: Pick<Home, 'sandboxToken'>,
  address: Pick<SandboxAddress, 'url' | 'controlToken'>,
): Promise<Learner | undefined> {
  const answer = await askForToken(address);
  if (answer === undefined) return undefined;
  const { accessToken: token, email } = answer;
  // Without a line end: Google's libraries would take it for a part of the token.
  writeFileAtomically(home.sandboxToken, token);
  return { email, token, tokenFile: home.sandboxToken };
}
