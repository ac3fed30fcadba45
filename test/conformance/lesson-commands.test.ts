import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { clientVariables } from '../../src/cloud/client-env.ts';
import { readStatus } from '../../src/cloud/running-sandbox.ts';
import type { Block } from '../../src/content/compiled.ts';
import { loadContent } from '../../src/content/load.ts';
import { startSandboxProgram } from '../support/cli.ts';
import { temporaryDirectory } from '../support/directories.ts';
import { packageRoot } from '../support/host.ts';
import { requireTool, run } from './tools.ts';

const content = loadContent(packageRoot);

/** Every shell command that a lesson prints is run, in order, in one directory; what it makes it also removes. */
describe.each(content.lessons().map((lesson) => lesson.id))('the commands of lesson %s', (id) => {
  it('work, and leave nothing behind', async (context) => {
    const blocks = content.lesson(id, 'en').sections.flatMap((section) => section.blocks);
    const commands = blocks.filter(isShell);
    if (commands.some(({ needs }) => needs === 'gcloud')) {
      await requireTool(context, 'gcloud', 'Google Cloud SDK');
    }
    const home = temporaryDirectory();
    const { url } = await startSandboxProgram({ home });
    const cwd = mkdtempSync(join(home, 'learner-'));
    const script = ['set -euo pipefail', ...commands.map(({ text }) => text)].join('\n');
    const env = {
      ...process.env,
      ...clientVariables(url, 'cloudlab-sandbox'),
      CLOUDSDK_CONFIG: join(home, 'gcloud'),
      CLOUDSDK_CORE_DISABLE_PROMPTS: '1',
      CLOUDLAB_HOME: home,
      BUCKET: 'lesson-commands-of-2026',
    };
    const { stdout } = await run('bash', ['--norc', '-c', script], { cwd, env });
    expect(stdout).not.toBe('');
    expect(await readStatus(url)).toMatchObject({ buckets: 0, objects: 0 });
  }, 120_000);
});

function isShell(block: Block): block is Extract<Block, { kind: 'code' }> {
  return block.kind === 'code' && block.language === 'sh';
}
