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
  const plan = await planNow(progress, content.lessons(), context.host.clock);
  return findNext(progress, content, plan, context.say);
}

/** The same, from what is known. */
export function findNext(
  progress: Progress,
  content: Content,
  plan: Plan,
  { language, progress: { next: words } }: Context['say'],
): Next {
  const entries = content.lessons();
  const states = entries.map((entry) => ({ ...stateOfLesson(progress, entry), entry }));
  const titleOf = ({ id }: LessonState) =>
    entries.find((entry) => entry.id === id)?.title[language] ?? id;
  const make = (
    kind: Next['kind'],
    command: readonly string[],
    said: readonly [title: string, why: string],
  ): Next => ({ kind, command, title: said[0], why: said[1] });

  const [stopped] = states
    .filter(({ stopped: place, finished }) => place !== undefined && !finished)
    .toSorted((one, other) => ((one.stopped?.at ?? '') < (other.stopped?.at ?? '') ? 1 : -1));
  if (stopped?.stopped !== undefined) {
    const { section } = stopped.stopped;
    const { sections } = content.lesson(stopped.id, language);
    const title = sections.find(({ id }) => id === section)?.title ?? section;
    return make('resume', ['lesson', stopped.id], words.resume(titleOf(stopped), title));
  }
  if (plan.today.length > 0) return make('review', ['review'], words.review(plan.today.length));

  const finished = states.filter((state) => state.finished);
  const untested = finished.find(({ questions }) => questions.all > 0 && questions.answered === 0);
  if (untested !== undefined) {
    const said = words.quiz(titleOf(untested), untested.questions.all);
    return make('quiz', ['quiz', untested.id], said);
  }
  const untried = finished.find(
    ({ entry: { mission } }) =>
      mission !== undefined && entryOf(progress.missions, mission) === undefined,
  );
  if (untried?.entry.mission !== undefined) {
    const { mission } = untried.entry;
    const known = content.missions().find(({ id }) => id === mission);
    const said = words.mission(known?.title[language] ?? mission, titleOf(untried));
    return make('mission', ['mission', mission], said);
  }
  const unread = states.find((state) => !state.finished);
  if (unread !== undefined) {
    const { minutes } = unread.entry;
    const said = unread.unseen
      ? words.lesson(titleOf(unread), minutes, finished.length === 0)
      : words.unread(titleOf(unread));
    return make('lesson', ['lesson', unread.id], said);
  }
  const skipped = states.find(({ sections }) => sections.skipped > 0);
  if (skipped !== undefined) {
    const known = lessonOf(progress, skipped.id).sections;
    const section = taughtSections(skipped.entry).find(
      (id) => entryOf(known, id)?.state === 'skipped',
    );
    const command = ['lesson', skipped.id, '--section', section ?? ''];
    return make('skipped', command, words.skipped(titleOf(skipped), skipped.sections.skipped));
  }
  return make('all-done', ['quiz'], words.allDone(plan.next));
}
