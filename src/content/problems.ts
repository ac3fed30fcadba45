/** One thing that an author has to mend. */
export interface Problem {
  /** Relative to the repository. */
  readonly file: string;
  readonly line: number;
  /** Where in the file's own terms: `questions[2].options[0].why`, `#bill`. */
  readonly path: string;
  readonly expected: string;
  readonly received: string;
}

/** Reports a problem of one file. */
export type Report = (line: number, path: string, expected: string, received: string) => void;

/** Collects problems, so that an author sees all of them at once. */
export class Problems {
  readonly found: Problem[] = [];

  of(file: string): Report {
    return (line, path, expected, received) => {
      this.found.push({ file, line, path, expected, received });
    };
  }
}

/** The content cannot be compiled. The message is meant for the author, and lists everything. */
export class ContentError extends Error {
  override readonly name = 'ContentError';

  constructor(readonly problems: readonly Problem[]) {
    super(problems.map(describeProblem).join('\n'));
  }
}

/** One line for an author: file and line, which editors open, the place, what was expected and what was found. */
export function describeProblem({ file, line, path, expected, received }: Problem): string {
  return `${file}:${line}  ${path}  expected ${expected}, received ${received}`;
}

/** A value as an author recognises it, on one line. */
export function quote(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `${value.length} items`;
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
