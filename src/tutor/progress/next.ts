import type { LessonEntry } from '../../content/compiled.ts';
import type { Content } from '../../content/load.ts';
import type { Context } from '../../context.ts';
import type { Plan } from '../review/plan.ts';
import { entryOf, lessonOf, type Progress } from './format.ts';
import { openStore } from './keep.ts';
import { type LessonState, stateOfLesson, taughtSections } from './lessons.ts';

/** The one thing to do now. */
export interface Next {
  readonly kind: 'resume' | 'review' | 'quiz' | 'mission' | 'lesson' | 'skipped' | 'all-done';
  /** The words after `cloudlab`. */
  readonly command: readonly string[];
  /** A few words, for a menu. */
  readonly title: string;
  /** One sentence. */
  readonly why: string;
}

/**
 * What the learner does best now, in the learner's language.
 *
 * @throws UserError `progress-newer`, `progress-unreadable`
 */
export async function whatNext(context: Context): Promise<Next> {
  const { loadContent } = await import('../../content/load.ts');
  const { planNow } = await import('../review/now.ts');
  const progress = openStore(context).read();
  const content = loadContent(context.host.packageRoot);
  const begun = await begunMission(context, content);
  if (begun !== undefined) return begun;
  const plan = await planNow(progress, content.lessons(), context.host.clock);
  return findNext(progress, content, plan, context.say);
}

/** A mission that the learner does and has left: things of it may exist, and be billed. */
async function begunMission({ home, say }: Context, content: Content): Promise<Next | undefined> {
  const { unfinishedRuns } = await import('../../missions/guided/unfinished.ts');
  const [run] = unfinishedRuns({ home });
  if (run === undefined) return undefined;
  const { mission } = run.start;
  const known = content.missions().find(({ id }) => id === mission);
  if (known === undefined) return undefined;
  const said = say.guided.goOnWith(known.title[say.language]);
  return make('mission', ['mission', mission], said);
}

/** The same, from what is known. */
export function findNext(
  progress: Progress,
  content: Content,
  plan: Plan,
  say: Context['say'],
): Next {
  const lessons = content.lessons().map((entry) => ({
    ...stateOfLesson(progress, entry),
    entry,
    title: entry.title[say.language],
  }));
  const known: Known = { progress, content, plan, lessons, say };
  for (const rule of [resume, review, answerQuestions, playMission, readNext, readSkipped]) {
    const next = rule(known);
    if (next !== undefined) return next;
  }
  return make('all-done', ['quiz'], say.progress.next.allDone(plan.next));
}

interface Known {
  readonly progress: Progress;
  readonly content: Content;
  readonly plan: Plan;
  readonly lessons: readonly (LessonState & {
    readonly entry: LessonEntry;
    readonly title: string;
  })[];
  readonly say: Context['say'];
}

/** A lesson in which the reader stopped, the latest first; not one that is only read again. */
function resume({ lessons, content, say }: Known): Next | undefined {
  const [latest] = lessons
    .flatMap(({ stopped, finished, ...lesson }) =>
      stopped === undefined || finished ? [] : [{ ...lesson, ...stopped }],
    )
    .toSorted((one, other) => (one.at < other.at ? 1 : -1));
  if (latest === undefined) return undefined;
  const { id, title, section } = latest;
  const { sections } = content.lesson(id, say.language);
  const name = sections.find((one) => one.id === section)?.title ?? section;
  return make('resume', ['lesson', id], say.progress.next.resume(title, name));
}

function review({ plan, say }: Known): Next | undefined {
  const { length } = plan.today;
  return length === 0 ? undefined : make('review', ['review'], say.progress.next.review(length));
}

/** A lesson that was read, and none of its questions answered. */
function answerQuestions({ lessons, say }: Known): Next | undefined {
  const lesson = lessons.find(
    ({ finished, questions }) => finished && questions.all > 0 && questions.answered === 0,
  );
  if (lesson === undefined) return undefined;
  const { id, title, questions } = lesson;
  return make('quiz', ['quiz', id], say.progress.next.quiz(title, questions.all));
}

function playMission({ lessons, content, progress, say }: Known): Next | undefined {
  for (const { finished, entry, title } of lessons) {
    const { mission } = entry;
    if (!finished || mission === undefined) continue;
    if (entryOf(progress.missions, mission) !== undefined) continue;
    const known = content.missions().find(({ id }) => id === mission);
    const name = known?.title[say.language] ?? mission;
    return make('mission', ['mission', mission], say.progress.next.mission(name, title));
  }
  return undefined;
}

function readNext({
  lessons,
  say: {
    progress: { next: words },
  },
}: Known): Next | undefined {
  const lesson = lessons.find(({ finished }) => !finished);
  if (lesson === undefined) return undefined;
  const { id, title, unseen, entry } = lesson;
  const first = lessons.every((one) => !one.finished);
  const said = unseen ? words.lesson(title, entry.minutes, first) : words.unread(title);
  return make('lesson', ['lesson', id], said);
}

/** What was skipped, once there is nothing new. */
function readSkipped({ lessons, progress, say }: Known): Next | undefined {
  const lesson = lessons.find(({ sections }) => sections.skipped > 0);
  if (lesson === undefined) return undefined;
  const { id, title, sections, entry } = lesson;
  const known = lessonOf(progress, id).sections;
  const isSkipped = (section: string) => entryOf(known, section)?.state === 'skipped';
  const section = taughtSections(entry).find(isSkipped) ?? '';
  const said = say.progress.next.skipped(title, sections.skipped);
  return make('skipped', ['lesson', id, '--section', section], said);
}

function make(
  kind: Next['kind'],
  command: readonly string[],
  [title, why]: readonly [title: string, why: string],
): Next {
  return { kind, command, title, why };
}
