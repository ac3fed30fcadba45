import { SystemError } from './kernel/errors.ts';
import type { Kernel } from './kernel/kernel.ts';

/**
 * The startup script of the metadata, as the guest agent's google_metadata_script_runner runs it:
 * as root, from a file below /tmp, each line it prints on the serial port after
 * `startup-script: `. https://github.com/GoogleCloudPlatform/guest-agent
 */
export async function runStartupScript(
  kernel: Kernel,
  script: string,
  written: () => Promise<void> | void,
  log: (pid: number, line: string) => void,
): Promise<void> {
  const folder = `/tmp/metadata-scripts${Buffer.from(kernel.randomBytes(5)).toString('hex').slice(0, 9)}`;
  const file = `${folder}/startup-script`;
  const say = (line: string) => {
    log(pid, line);
    const date = new Date(kernel.now());
    const day = String(date.getUTCDate()).padStart(2);
    const month = date.toLocaleString('en-US', { month: 'short', timeZone: 'UTC' });
    const time = date.toISOString().slice(11, 19);
    kernel.serial(
      `${month} ${day} ${time} ${kernel.hostname} google_metadata_script_runner[${pid}]: ${line}\n`,
    );
  };
  const runner = kernel.processes.start({
    parent: kernel.processes.get(1),
    who: { uid: 0, gid: 0, groups: [0] },
    command: ['/usr/bin/google_metadata_script_runner', 'startup'],
    rssKib: 12_000,
    work: true,
  });
  const { pid } = runner;
  say('Starting startup scripts (version 20250108.00).');
  say('Found startup-script in metadata.');
  try {
    kernel.root.mkdir(folder, { parents: true, mode: 0o700 });
    kernel.root.write(file, script, { mode: 0o700 });
    kernel.root.chmod(file, 0o700);
    const rest = { stdout: '', stderr: '' };
    const done = await kernel.run(script.startsWith('#!') ? [file] : ['/bin/bash', file], {
      user: 'root',
      parent: runner,
      signal: runner.signal,
      output: (stream, text) => {
        const lines = (rest[stream] + text).split('\n');
        // A line without an end is cut somewhere, as journald does it.
        rest[stream] = (lines.pop() ?? '').slice(-16_384);
        for (const line of lines) say(`startup-script: ${line}`);
        return written();
      },
    });
    for (const line of [rest.stdout, rest.stderr]) if (line !== '') say(`startup-script: ${line}`);
    const failed = done.code === 0 ? '' : ` error: exit status ${done.code}`;
    say(
      failed === ''
        ? 'startup-script exit status 0'
        : `Script "startup-script" failed with${failed}`,
    );
    say('Finished running startup scripts.');
    kernel.root.removeAll(folder);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    say(`startup-script: ${error.message}`);
  } finally {
    runner.exit(0);
    kernel.fs.flush();
  }
}
