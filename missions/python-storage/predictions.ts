import type { Seed } from '../../src/missions/seed.ts';

/** A CSV file of predictions, and what a program that understands it finds in it. */
export interface Predictions {
  readonly text: string;
  /** Rows that have a score. */
  readonly rows: number;
  /** The mean score of each label. */
  readonly means: Readonly<Record<string, number>>;
  /** What comes of typical misunderstandings, by the hint that tells of it. */
  readonly mistakes: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

interface Row {
  readonly label: string;
  readonly note: string;
  readonly score: number | undefined;
}

const notes = [
  'blurred',
  'seen at night, from above',
  'the "good" camera',
  'two animals, one tail',
];

/**
 * Predictions of a model as tools export them: a header, notes and labels with commas and quotes
 * in them (RFC 4180), and here and there no score at all.
 */
export function makePredictions(seed: Seed): Predictions {
  const labels = ['cat', 'dog', 'fox', 'owl', 'cat, tabby'] as const;
  // Each label comes first with and without a score, so that no draw can leave a trap out.
  const rows: Row[] = labels.flatMap((label) => [
    row(seed, label, true),
    row(seed, label, true),
    row(seed, label, false),
  ]);
  for (let more = seed.integer(20, 45); more > 0; more -= 1) {
    rows.push(row(seed, seed.pick(labels), seed.integer(1, 8) > 1));
  }
  const shuffled = rows
    .map((one) => ({ one, at: seed.integer(0, 1_000_000) }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ one }) => one);
  const lines = shuffled.map(
    ({ label, note, score }, index) =>
      `${index + 1},${quoted(label)},${quoted(note)},${score === undefined ? '' : score.toFixed(3)}`,
  );
  const scored = shuffled.filter(({ score }) => score !== undefined);
  return {
    text: `id,label,note,score\n${lines.join('\n')}\n`,
    rows: scored.length,
    means: byLabel(scored, mean),
    mistakes: {
      'blank-is-no-zero': byLabel(shuffled, mean),
      'sum-is-no-mean': byLabel(scored, sum),
      'count-is-no-mean': byLabel(scored, (scores) => scores.length),
    },
  };
}

function row(seed: Seed, label: string, scored: boolean): Row {
  const note = seed.integer(0, 2) === 0 ? '' : (notes[seed.integer(0, notes.length - 1)] ?? '');
  return { label, note, score: scored ? seed.integer(300, 999) / 1000 : undefined };
}

function quoted(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function byLabel(
  rows: readonly Row[],
  value: (scores: readonly number[]) => number,
): Record<string, number> {
  const labels = [...new Set(rows.map(({ label }) => label))].toSorted();
  return Object.fromEntries(
    labels.map((label) => [
      label,
      value(rows.filter((one) => one.label === label).map(({ score = 0 }) => score)),
    ]),
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}
