import { spawn } from 'node:child_process';
import type { Host } from '../../context.ts';
import { Interrupted } from '../../errors.ts';

/** What a tool answered: Python, pip, npm. */
export interface ToolResult {
  /** Null where it was ended, or could not be started. */
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
  /** It was ended because it took too long. */
  readonly timedOut: boolean;
}

export type ToolHost = Pick<Host, 'variables' | 'platform' | 'interrupts'>;

export interface ToolOptions {
  readonly timeoutMs: number;
  /** Each line as it is printed. */
  readonly onLine?: (line: string) => void;
  readonly cwd?: string;
}

/** What would lead Python to other packages than those of the environment it is asked for. */
const misleading = [
  'PYTHONPATH',
  'PYTHONHOME',
  'PYTHONSTARTUP',
  'VIRTUAL_ENV',
  '__PYVENV_LAUNCHER__',
];

/**
 * Runs a tool of this machine with the user's own environment, whose proxies and mirrors it
 * needs (HTTPS_PROXY, PIP_INDEX_URL, npm_config_registry).
 *
 * @throws Interrupted on Ctrl-C; the tool is ended
 */
export async function runTool(
  host: ToolHost,
  [program = '', ...args]: readonly string[],
  { timeoutMs, onLine, cwd }: ToolOptions,
): Promise<ToolResult> {
  const env = Object.fromEntries(
    Object.entries(host.variables).filter(([name]) => !misleading.includes(name)),
  );
  const child = spawn(program, args, {
    env,
    ...(cwd === undefined ? {} : { cwd }),
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
    // npm is a script there, which only a shell starts; none of its arguments is the user's.
    shell: host.platform === 'win32' && program.endsWith('.cmd'),
  });
  let interrupted = false;
  let timedOut = false;
  const stopListening = host.interrupts.listen(() => {
    interrupted = true;
    child.kill();
  });
  const timer = setTimeout(() => {
    timedOut = true;
    child.kill('SIGKILL');
  }, timeoutMs);
  const output = collect(child.stdout, onLine);
  const errors = collect(child.stderr, onLine);
  const code = await new Promise<number | null>((resolve) => {
    // There is no such program: that is an answer too.
    child.once('error', () => resolve(null));
    child.once('close', resolve);
  });
  clearTimeout(timer);
  stopListening();
  if (interrupted) throw new Interrupted();
  return { code, output: output(), errors: errors(), timedOut };
}

function collect(stream: NodeJS.ReadableStream, onLine?: (line: string) => void): () => string {
  let text = '';
  let told = 0;
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    text += chunk;
    for (let end = text.indexOf('\n', told); end >= 0; end = text.indexOf('\n', told)) {
      onLine?.(text.slice(told, end));
      told = end + 1;
    }
  });
  return () => text;
}
