import { isNode, LineCounter, parseDocument } from 'yaml';
import type * as z from 'zod';
import { quote, type Report } from './problems.ts';

/** Keys and positions from the root of a document: `['questions', 2, 'why']`. */
export type Path = readonly PropertyKey[];

export interface YamlDocument<Value> {
  readonly value: Value;
  /** The line of the file on which the value at a path begins. */
  lineOf(path: Path): number;
}

/**
 * Reads YAML into a checked value that still knows its lines.
 *
 * @param firstLine the line of the file on which the text begins
 * @returns undefined where something was reported
 */
export function readYaml<Schema extends z.ZodType>(
  text: string,
  firstLine: number,
  schema: Schema,
  report: Report,
): YamlDocument<z.infer<Schema>> | undefined {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineAt = (offset: number) => lines.linePos(offset).line + firstLine - 1;
  for (const { message, pos } of document.errors) report(lineAt(pos[0]), '(yaml)', 'YAML', message);
  if (document.errors.length > 0) return undefined;

  const lineOf = (path: Path): number => {
    const node = path.length === 0 ? document.contents : document.getIn(path, true);
    // What is missing has no line; what it is missing from has one.
    if (isNode(node)) return lineAt(node.range?.[0] ?? 0);
    return path.length === 0 ? firstLine : lineOf(path.slice(0, -1));
  };
  const raw: unknown = document.toJS();
  const parsed = schema.safeParse(raw);
  if (parsed.success) return { value: parsed.data, lineOf };
  for (const issue of parsed.error.issues) {
    const { expected, received } = describeIssue(issue, valueAt(raw, issue.path));
    report(lineOf(issue.path), describePath(issue.path), expected, received);
  }
  return undefined;
}

function describeIssue(issue: z.core.$ZodIssue, value: unknown) {
  if (issue.code === 'unrecognized_keys') {
    return { expected: 'only known fields', received: issue.keys.join(', ') };
  }
  const expected = issue.message.replace(
    /^(Invalid input: expected|Too (small|big): expected|Invalid discriminator value\. Expected) /,
    '',
  );
  return { expected: expected.replace(/, received .*$/, ''), received: quote(value) };
}

function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown>)?.[key], root);
}

/** `questions[2].why`, or `(root)`. */
export function describePath(path: Path): string {
  const text = path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('');
  return text.replace(/^\./, '') || '(root)';
}

/** A Markdown file with YAML between two `---` lines at its beginning. */
export interface WithFrontMatter<Head> {
  readonly head: YamlDocument<Head>;
  readonly body: string;
  /** The line of the file on which the body begins. */
  readonly bodyLine: number;
}

/** @returns undefined where something was reported */
export function readFrontMatter<Schema extends z.ZodType>(
  source: string,
  schema: Schema,
  report: Report,
): WithFrontMatter<z.infer<Schema>> | undefined {
  const [whole, yaml] = /^---\r?\n(.*?\n)---\r?\n/s.exec(source) ?? [];
  if (whole === undefined || yaml === undefined) {
    report(1, '(front matter)', 'YAML between two --- lines', quote(source.slice(0, 20)));
    return undefined;
  }
  const head = readYaml(yaml, 2, schema, report);
  const bodyLine = whole.split('\n').length;
  return head && { head, body: source.slice(whole.length), bodyLine };
}
