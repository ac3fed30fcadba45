import { join } from 'node:path';
import { clientVariables } from '../../cloud/client-env.ts';
import type { Target } from '../../cloud/target.ts';
import type { Context } from '../../context.ts';
import { UserError } from '../../errors.ts';
import type { Mission } from '../define.ts';
import type { ProgramRuntime } from './program.ts';
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
 * @throws UserError `mission-sandbox-only`, and those of `prepareRuntime`
 */
export async function openPrograms(
  context: Context,
  { id, program }: Mission,
  { target, yes }: { readonly target: { readonly kind: Target['kind'] }; readonly yes: boolean },
): Promise<Programs | undefined> {
  if (program === undefined) return undefined;
  if (target.kind !== 'sandbox') throw new UserError('mission-sandbox-only', { mission: id });
  const { prepareRuntime } = await import('./prepare-runtime.ts');
  const runtime = await prepareRuntime(context, program, context.home.runtimes, { yes });
  return programsOf(context.host, runtime);
}

/** Programs that a runtime runs on this machine. */
export function programsOf(host: ProgramHost, runtime: ProgramRuntime): Programs {
  return {
    interpreter: runtime.interpreter,
    ledTo: (target, workspace) =>
      Object.assign(target, {
        async runProgram({ file, variables }: Parameters<NonNullable<Target['runProgram']>>[0]) {
          const { runProgram } = await import('./run-program.ts');
          return runProgram(
            host,
            runtime,
            { file, variables: { ...leading(target), ...variables } },
            join(workspace, 'program-home'),
          );
        },
      }),
  };
}

/** What leads Google's client libraries to a sandbox; gcloud's variables are none of theirs. */
function leading({ origins: [url], project }: Target): Record<string, string> {
  const all = Object.entries(clientVariables(url, project));
  return Object.fromEntries(all.filter(([name]) => !name.startsWith('CLOUDSDK_')));
}
