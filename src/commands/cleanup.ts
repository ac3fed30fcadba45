import { defineCommand } from './command.ts';

export default defineCommand({
  summary: (say) => say.commands.cleanup,
  arguments: [{ name: '[run]', text: (say) => say.options.run }],
  options: [
    { flags: '--force', text: (say) => say.options.force },
    { flags: '--yes', text: (say) => say.options.yesGcp },
  ],
  worksWithWrongSettings: true,
  examples: ['cloudlab cleanup', 'cloudlab cleanup k7m2q9xd', 'cloudlab cleanup --json'],

  async run(context, [run], options) {
    const { cleanUp } = await import('../missions/cleanup.ts');
    return cleanUp(context, {
      run,
      force: options['force'] === true,
      yes: options['yes'] === true,
    });
  },
});
