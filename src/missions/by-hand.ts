import type { Context } from '../context.ts';
import { select } from '../terminal/prompt.ts';
import type { Task } from './define.ts';
import type { Hands, Outcome } from './run.ts';
import type { MissionView } from './view.ts';

/**
 * A learner at a terminal does the tasks, in another window, and says when a
 * task is to be looked at. What is missing is told one step of advice at a
 * time, and whoever is stuck may have the task done.
 */
export function learnersHands(context: Context, view: MissionView): Hands {
  return {
    async next(_task: Task<unknown>) {
      const words = context.say.mission.byHand;
      return select(context, words.question, [
        { value: 'check', name: words.check },
        { value: 'solve', name: words.solve },
        { value: 'leave', name: words.leave },
      ] as const);
    },

    notYet(_task: Task<unknown>, outcome: Outcome) {
      view.notYet(outcome);
    },
  };
}
