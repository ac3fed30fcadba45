import { exitCodes } from '../errors.ts';
import { padEnd, widthOf, wrap } from '../terminal/width.ts';
import { defineCommand } from './command.ts';

export default defineCommand({
  summary: (say) => say.commands.doctor,
  worksWithWrongSettings: true,
  examples: ['cloudlab doctor', 'cloudlab doctor --json'],

  async run(context) {
    const { examine } = await import('./doctor-checks.ts');
    const { terminal, say } = context;
    const findings = await examine(context);
    const bad = findings.some((finding) => finding.mark === 'bad');
    if (terminal.json) {
      terminal.printJson({ ok: !bad, checks: findings });
    } else {
      const { good, caution, bad: red, strong } = terminal.paint;
      const paints = { ok: good, note: caution, bad: red };
      const marks = say.doctor.marks;
      const markWidth = Math.max(...Object.values(marks).map(widthOf)) + 2;
      const indent = ' '.repeat(markWidth);
      terminal.print(strong(say.doctor.title));
      for (const { mark, what, found, fix } of findings) {
        const start = paints[mark](padEnd(marks[mark], markWidth));
        terminal.print(wrap(`${start}${what}: ${found}`, terminal.columns, indent));
        if (fix !== undefined)
          terminal.print(wrap(`${indent}→ ${fix}`, terminal.columns, `${indent}  `));
      }
      terminal.print(`\n${wrap(bad ? say.doctor.someBad : say.doctor.allGood, terminal.columns)}`);
    }
    return bad ? exitCodes.unusable : exitCodes.done;
  },
});
