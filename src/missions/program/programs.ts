import { join } from 'node:path';
import { variablesByClient } from '../../cloud/client-env.ts';
import { findRunningSandbox } from '../../cloud/running-sandbox.ts';
import type { Target } from '../../cloud/target.ts';
import type { Context } from '../../context.ts';
import { UserError } from '../../errors.ts';
import type { Mission } from '../define.ts';
import type { ProgramRequest, ProgramRuntime } from './program.ts';
import type { ProgramHost } from './run-program.ts';

/** Programs of a run: what they are started with. */
export interface Programs {
  /** Absolute path of the interpreter. */
  readonly interpreter: string;
  /**
   * The target, which now runs programs, too.
   *
   * @param workspace the run's folder, where they have their home
   */
  ledTo(target: Target, workspace: string): Target;
}

/**
 * Makes ready what a mission's programs need; undefined where it asks for none.
 *
 * @throws UserError `mission-sandbox-only`, `mission-open-sandbox-only`, and those of `prepareRuntime`
 */
export async function openPrograms(
  context: Context,
  { id, program }: Mission,
  { target, yes }: { readonly target: { readonly kind: Target['kind'] }; readonly yes: boolean },
): Promise<Programs | undefined> {
  if (program === undefined) return undefined;
  if (target.kind !== 'sandbox') throw new UserError('mission-sandbox-only', { mission: id });
  const running = await findRunningSandbox(context.home);
  const enforce = running?.address.auth === 'enforce';
  // The library for Node.js shows no credentials to another endpoint than Google's.
  if (enforce && program === 'node')
    throw new UserError('mission-open-sandbox-only', { mission: id });
  const { prepareRuntime } = await import('./prepare-runtime.ts');
  const runtime = await prepareRuntime(context, program, context.home.runtimes, { yes });
  return programsOf(context.host, runtime, enforce);
}

/**
 * Programs that a runtime runs on this machine.
 *
 * @param enforce the sandbox wants to see credentials
 */
export function programsOf(host: ProgramHost, runtime: ProgramRuntime, enforce = false): Programs {
  return {
    interpreter: runtime.interpreter,
    ledTo(target, workspace) {
      const stopping = new AbortController();
      return Object.assign(target, {
        programs: {
          async run({ file, variables }: ProgramRequest) {
            const { runProgram } = await import('./run-program.ts');
            const request = { file, variables: { ...leading(target, enforce), ...variables } };
            const { signal } = stopping;
            return runProgram(host, runtime, request, {
              home: join(workspace, 'program-home'),
              signal,
            });
          },
          stop: () => stopping.abort(),
        },
      });
    },
  };
}

/**
 * What leads Google's client libraries to a sandbox. Where it wants to see credentials, they get
 * the learner's there, from its metadata server, as they would in a VM.
 */
function leading({ origins: [url], project }: Target, enforce: boolean): Record<string, string> {
  const [libraries] = variablesByClient({ url, project, enforce });
  const { host } = new URL(url);
  // Python asks the one whether there is a metadata server, and the other for a token.
  const metadata = { GCE_METADATA_HOST: host, GCE_METADATA_IP: host };
  return { ...libraries?.variables, ...(enforce ? metadata : {}) };
}
