import { resolve } from 'node:path';
import { evalCommands, printVariables, variablesByClient } from '../cloud/client-env.ts';
import { openSandbox } from '../cloud/open-sandbox.ts';
import {
  announceSandbox,
  findRunningSandbox,
  readStatus,
  withdrawSandbox,
} from '../cloud/running-sandbox.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes, UserError } from '../errors.ts';
import { prepareHome } from '../home.ts';
import { wrap } from '../terminal/width.ts';

/**
 * Runs the sandbox in the foreground until Ctrl-C or `sandbox stop`, and lets
 * the other commands find it.
 */
export async function startSandboxCommand(
  context: Context,
  options: { readonly port: number | undefined; readonly data: string | undefined },
): Promise<ExitCode> {
  const { host, home, terminal, say } = context;
  prepareHome(home);
  const other = await findRunningSandbox(home);
  if (other !== undefined) {
    throw new UserError('sandbox-already-running', {
      url: other.address.url,
      pid: other.address.pid,
    });
  }
  const dataDir = options.data === undefined ? home.sandboxData : resolve(host.cwd, options.data);
  const controlToken = Buffer.from(host.random(24)).toString('base64url');
  const sandbox = await openSandbox(host, {
    dataDir,
    controlToken,
    log: (line) => terminal.note(line),
    ...(options.port === undefined ? {} : { port: options.port }),
  });
  const status = await readStatus(sandbox.url);
  if (status === undefined) {
    await sandbox.close();
    throw new UserError('sandbox-unreachable', { url: sandbox.url, asked: 'start' });
  }
  const { url, projectId } = sandbox;
  announceSandbox(home, {
    url,
    pid: host.pid,
    dataDir,
    instanceId: status.instanceId,
    controlToken,
  });
  const stopListening = host.interrupts.listen(() => void sandbox.close());
  try {
    if (terminal.json) terminal.printJson({ url, projectId, dataDir, pid: host.pid });
    else introduce(context, url, projectId, dataDir);
    await sandbox.closed;
  } finally {
    stopListening();
    withdrawSandbox(home, status.instanceId);
  }
  terminal.note(say.sandbox.stopped);
  return exitCodes.done;
}

function introduce(
  { terminal, say }: Context,
  url: string,
  projectId: string,
  dataDir: string,
): void {
  const { strong, accent, code } = terminal.paint;
  const words = say.sandbox;
  const show = (text: string) => {
    for (const line of text.split('\n')) terminal.print(`  ${code(line)}`);
  };
  terminal.print(strong(words.running(accent(url))));
  terminal.print(words.dataIn(dataDir));
  terminal.print(`\n${words.pointClients}`);
  for (const shell of ['posix', 'fish', 'powershell'] as const) {
    terminal.print(`${words[shell]}:`);
    show(evalCommands[shell]);
  }
  terminal.print(`\n${words.orByHand}`);
  for (const { clients, variables } of variablesByClient(url, projectId)) {
    terminal.print(`${clients}:`);
    show(printVariables(variables, 'posix'));
  }
  terminal.print(`\n${words.thenTry}`);
  show('gcloud storage buckets list\ncloudlab mission create-bucket');
  terminal.print(`\n${wrap(words.stopHint, terminal.columns)}`);
}
