import type { Context } from '../../context.ts';
import { UserError } from '../../errors.ts';
import { confirm } from '../../terminal/prompt.ts';
import { startSpinner } from '../../terminal/spinner.ts';
import { wrap } from '../../terminal/width.ts';
import { fillOnce, forget, isComplete, type KeptPackages } from './kept-packages.ts';
import { nodeToolchain } from './node.ts';
import { otherLanguage, type ProgramLanguage, type ProgramRuntime } from './program.ts';
import { pythonToolchain } from './python.ts';
import type { ToolHost } from './tool.ts';

/** An interpreter of this machine, and how the packages are made that go with it. */
export interface Toolchain {
  /** What is installed, as one would name it: `google-cloud-storage 3.17.1`. */
  readonly packages: string;
  /** About how much is downloaded and kept. */
  readonly megabytes: number;
  readonly kept: KeptPackages;
  /** Makes the folder's content. Throws UserErrors. */
  fill(progress: (step: string) => void): Promise<void>;
  /** Can be started, and finds the packages. */
  works(): Promise<boolean>;
  readonly runtime: ProgramRuntime;
}

const toolchains: Readonly<
  Record<ProgramLanguage, (host: ToolHost, folder: string) => Promise<Toolchain>>
> = { python: pythonToolchain, node: nodeToolchain };

/**
 * What a mission needs to run programs in a language: an interpreter, and
 * Google's client library in a folder of its own. What is missing is
 * downloaded, after asking.
 *
 * @param folder where such folders are kept
 * @throws UserError where this machine has no fitting interpreter, nobody may be asked, the answer
 *   was no, or the packages cannot be had
 */
export async function prepareRuntime(
  context: Pick<Context, 'terminal' | 'host' | 'say'>,
  language: ProgramLanguage,
  folder: string,
  { yes }: { readonly yes: boolean },
): Promise<ProgramRuntime> {
  const { host, terminal, say } = context;
  const toolchain = await toolchains[language](host, folder);
  const { kept, packages, megabytes, runtime } = toolchain;
  if (isComplete(kept)) {
    if (await toolchain.works()) return runtime;
    // The Python that it was made with is gone, say.
    forget(kept);
  }
  const words = say.mission.packages;
  terminal.note(wrap(words.needed(packages, megabytes, kept.folder), terminal.columns));
  if (!yes) {
    if (!terminal.interactive) throw new UserError('packages-need-consent', { packages });
    if (!(await confirm(context, words.confirm, say.words.yesNo))) {
      throw new UserError('packages-declined', { packages, other: otherLanguage(language) });
    }
  }
  const spinner = await startSpinner(terminal, words.installing(packages));
  try {
    await fillOnce(host, kept, () =>
      toolchain.fill((step) => {
        spinner.update(words.step(step));
        terminal.detail(step);
      }),
    );
  } finally {
    spinner.stop();
  }
  terminal.note(words.ready(packages));
  return runtime;
}
