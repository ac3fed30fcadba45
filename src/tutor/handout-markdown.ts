import type { Lesson, Question, Section } from '../content/compiled.ts';
import { blocksToMarkdown, escapeMarkdown, inlinesToMarkdown } from './markdown-blocks.ts';
import { type Marked, pose } from './questions/posed.ts';
import { seedOf } from './shuffle.ts';
import { type Page, positionOf } from './stage.ts';

/**
 * A lesson as Markdown, for a web page, a wiki or an editor. An answer is
 * folded away below its question.
 */

export function lessonAsMarkdown(page: Page, lesson: Lesson): string {
  const { say } = page;
  const { title, summary, minutes, asOf, goals, sections, questions, mission } = lesson;
  return [
    `# ${escapeMarkdown(title)}`,
    escapeMarkdown(summary),
    `${say.size(minutes, sections.length, questions.length)}. ${say.asOf(asOf)}`,
    ...(goals.length === 0
      ? []
      : [say.goals, goals.map((goal) => `- ${escapeMarkdown(goal)}`).join('\n')]),
    ...sections.map(sectionAsMarkdown),
    questionsAsMarkdown(page, questions),
    ...(mission === undefined
      ? []
      : [say.mission, `\`\`\`sh\ncloudlab mission ${mission}\n\`\`\``]),
  ].join('\n\n');
}

export function sectionAsMarkdown({ title, blocks }: Section): string {
  return `## ${escapeMarkdown(title)}\n\n${blocksToMarkdown(blocks)}`;
}

export function questionsAsMarkdown(page: Page, questions: readonly Question[]): string {
  return [
    `## ${page.say.questionsTitle}`,
    ...questions.map((question, index) =>
      questionAsMarkdown(page, positionOf(index + 1, questions.length), question),
    ),
  ].join('\n\n');
}

function questionAsMarkdown(page: Page, position: string, question: Question): string {
  // The same order as in the handout.
  const posed = pose(question, seedOf(question.id));
  const hint = posed.hintOnPaper(page);
  const solution = posed.solution(page).map(({ mark, text, why }) => {
    const reason = inlinesToMarkdown(why);
    if (text === undefined) return lineOf(mark, reason);
    return `${lineOf(mark, inlinesToMarkdown(text))}\\\n  ${reason}`;
  });
  return [
    `### ${escapeMarkdown(position)} ${inlinesToMarkdown(question.prompt)}`,
    ...posed.choices.map((group) => group.map(choice).join('\n')),
    ...(hint === undefined ? [] : [`*${escapeMarkdown(hint)}*`]),
    `<details>\n<summary>${page.say.answerTitle}</summary>`,
    solution.join('\n'),
    '</details>',
  ].join('\n\n');
}

function choice({ mark, text }: Marked): string {
  return lineOf(mark, inlinesToMarkdown(text));
}

/** A list item that keeps its own number, which Markdown would change, and its letter. */
function lineOf(mark: string | undefined, text: string): string {
  return mark === undefined ? `- ${text}` : `- ${mark}\\. ${text}`;
}
