import type { Facts } from './compiled.ts';
import { evaluateFacts, FactError } from './facts.ts';

/** What an author wrote, before the facts are in it. */
type ReportText = (expected: string, received: string) => void;

const braces = /\{\{(.*?)\}\}/g;
const number = String.raw`\d+(?:[.,]\d+)*`;
const fewWords = 'a|one|two|three|four|five|six|seven|eight|nine|ten|twenty|fifty';
const typedPrice = new RegExp(
  [
    String.raw`[$€£₩]\s?${number}`,
    String.raw`${number}\s?(?:USD|dollars?\b|cents?\b|달러|센트)`,
    String.raw`\b(?:${fewWords}) cents?\b`,
  ].join('|'),
  'i',
);

/**
 * Puts the facts into a line or a paragraph, and refuses a price that was typed:
 * it would stay as it is when the price changes.
 */
export function resolveFacts(text: string, facts: Facts, report: ReportText): string {
  const typed = typedPrice.exec(text.replaceAll(braces, ' '));
  if (typed !== null) report('prices as {{fact-id}}, from lessons/facts', `"${typed[0]}"`);
  const resolved = text.replaceAll(braces, (whole, expression: string) => {
    try {
      return evaluateFacts(expression, facts).text;
    } catch (error) {
      if (!(error instanceof FactError)) throw error;
      report(`${error.expected} in ${whole}`, error.received);
      return whole;
    }
  });
  if (/\{\{|\}\}/.test(resolved.replaceAll(braces, ''))) {
    report('{{ and }} in pairs on one line', `"${text.trim().slice(0, 60)}"`);
  }
  return resolved;
}

/**
 * The same for a Markdown document, line by line. Code that can be run is left
 * alone: `{{` and `$1` have meanings of their own there.
 */
export function resolveDocument(
  source: string,
  facts: Facts,
  report: (line: number, expected: string, received: string) => void,
): string {
  let fence: string | undefined;
  return source
    .split('\n')
    .map((line, index) => {
      const mark = /^\s*```\s*(\w*)/.exec(line);
      if (mark !== null) {
        fence = fence === undefined ? (mark[1] ?? '') : undefined;
        return line;
      }
      const isDrawing = fence === 'diagram' || fence === 'mermaid' || fence === 'bars';
      if (fence !== undefined && !isDrawing) return line;
      return resolveFacts(line, facts, (expected, received) => report(index, expected, received));
    })
    .join('\n');
}
