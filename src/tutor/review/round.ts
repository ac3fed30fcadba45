import { loadContent } from '../../content/load.ts';
import type { Context } from '../../context.ts';
import { openReplies } from '../keys.ts';
import type { Learning } from '../learning.ts';
import { type Asked, askQuestions, type Score } from '../questions/ask.ts';
import { printReadAgain } from '../read-again.ts';
import { experimentsOf } from '../run-experiment.ts';

/** A question by the ids under which it is kept. */
export interface Named {
  readonly lesson: string;
  readonly question: string;
}

/** Reads questions in the learner's language; each lesson is read once. */
export function readQuestions(
  { host, say }: Pick<Context, 'host' | 'say'>,
  named: readonly Named[],
): Asked[] {
  const content = loadContent(host.packageRoot);
  const ids = new Set(named.map(({ lesson }) => lesson));
  const lessons = new Map([...ids].map((id) => [id, content.lesson(id, say.language).questions]));
  return named.flatMap(({ lesson, question: id }) => {
    const question = lessons.get(lesson)?.find((one) => one.id === id);
    return question === undefined ? [] : [{ lesson, question }];
  });
}

/**
 * Asks questions of any lessons; each answer is kept before it is explained.
 *
 * @param kept told after each answer
 * @throws Interrupted on Ctrl-C
 */
export async function askRound(
  context: Context,
  questions: readonly Asked[],
  seed: number,
  learning: Learning,
  kept: (asked: Asked) => void = () => {},
): Promise<Score> {
  const { terminal, say } = context;
  const replies = openReplies(context);
  try {
    return await askQuestions({ terminal, say: say.lesson, replies }, questions, {
      seed,
      tryOut: experimentsOf(context),
      answered: (asked, answer) => {
        learning.answer(asked.lesson, asked.question.id, answer);
        kept(asked);
      },
    });
  } finally {
    replies.close();
  }
}

/** Says where what went wrong is taught; each section once. */
export function sayReadAgain({ terminal, host, say }: Context, { wrong }: Score): void {
  const content = loadContent(host.packageRoot);
  const lessons = [...new Set(wrong.map(({ lesson }) => lesson))];
  const sections = lessons.flatMap((lesson) => {
    const ids = new Set(
      wrong.filter((one) => one.lesson === lesson).map(({ question }) => question.section),
    );
    return content
      .lesson(lesson, say.language)
      .sections.filter(({ id }) => ids.has(id))
      .map(({ id, title }) => ({ lesson, id, title }));
  });
  printReadAgain({ terminal, say: say.lesson }, sections);
}

/** A seed of its own for each time. */
export function freshSeed({ host }: Pick<Context, 'host'>): number {
  return new DataView(Uint8Array.from(host.random(4)).buffer).getUint32(0);
}
