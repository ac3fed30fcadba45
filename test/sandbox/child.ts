import { once } from 'node:events';
import { startSandboxProgram } from '../support/cli.ts';
import { tempDir } from './support.ts';

export interface Child {
  url: string;
  pid: number;
  /** Ends the process the hard way. */
  kill(): Promise<void>;
}

/** Starts the built program's sandbox on a directory, in a process of its own. */
export async function startChild(dataDir: string): Promise<Child> {
  const home = await tempDir();
  const { url, child } = await startSandboxProgram({ home }, '--data', dataDir);
  const exited = once(child, 'exit');
  const kill = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  return { url, pid: child.pid ?? 0, kill };
}
