import * as z from 'zod/mini';
import { UserError } from '../../errors.ts';
import { runTool, type ToolHost } from './tool.ts';

/** A Python of this machine. */
export interface Python {
  /** Absolute path of the interpreter itself. */
  readonly path: string;
  /** `3.11.7` */
  readonly version: string;
}

/** What google-cloud-storage 3.17 asks for. */
const oldest = [3, 10] as const;

/** By which names it is called; `py` is Windows' launcher. */
const candidates = [['python3'], ['python'], ['py', '-3']] as const;

/** Debian keeps what makes virtual environments in a package of its own. */
const question = `
import json, sys
try:
    import ensurepip, venv
    complete = True
except ImportError:
    complete = False
print(json.dumps({"path": sys.executable, "version": list(sys.version_info[:3]), "complete": complete}))
`;

const answerSchema = z.object({
  path: z.string(),
  version: z.array(z.number()),
  complete: z.boolean(),
});

/**
 * The first Python on the PATH that is new enough and can make virtual environments.
 *
 * @throws UserError `python-missing`, `python-too-old`, `python-without-venv`
 */
export async function findPython(host: ToolHost): Promise<Python> {
  const found: z.infer<typeof answerSchema>[] = [];
  for (const command of candidates) {
    // Windows' stand-in for a missing Python opens a shop, and answers nothing.
    const { code, output } = await runTool(host, [...command, '-c', question], {
      timeoutMs: 15_000,
    });
    const answer = z.safeParse(answerSchema, code === 0 ? parse(output) : undefined);
    if (!answer.success) continue;
    found.push(answer.data);
    const { path, version, complete } = answer.data;
    if (isNewEnough(version) && complete) return { path, version: version.join('.') };
  }
  const [first] = found;
  const minimum = oldest.join('.');
  if (first === undefined) throw new UserError('python-missing', { minimum });
  const incomplete = found.find(({ version }) => isNewEnough(version));
  if (incomplete !== undefined) {
    const { path, version } = incomplete;
    throw new UserError('python-without-venv', { path, version: version.slice(0, 2).join('.') });
  }
  const { path, version } = first;
  throw new UserError('python-too-old', { path, found: version.join('.'), minimum });
}

function isNewEnough([major = 0, minor = 0]: readonly number[]): boolean {
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
