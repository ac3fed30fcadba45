import type { Reporter, TestCase, TestModule } from 'vitest/node';

/**
 * Prints, as the last lines of a run, every skipped test with its reason and
 * one plain total. A test says why it is skipped with `context.skip(reason)`.
 */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: ReadonlyArray<TestModule>): void {
    const counts = { passed: 0, failed: 0, skipped: 0 };
    const skipped: string[] = [];
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === 'pending') continue;
        counts[result.state] += 1;
        if (result.state === 'skipped') skipped.push(describeSkip(test, result.note));
      }
      // A file that could not be loaded ran no test, but it is a failure all the same.
      if (module.state() === 'failed' && module.errors().length > 0) counts.failed += 1;
    }
    for (const line of skipped) console.log(line);
    console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  }
}

function describeSkip(test: TestCase, note: string | undefined): string {
  return `skipped: ${test.module.relativeModuleId} > ${test.fullName}: ${note ?? 'no reason given'}`;
}
