import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Question } from '../../src/content/compiled.ts';
import { Interrupted } from '../../src/errors.ts';
import { widthOf } from '../../src/terminal/width.ts';
import { openReplies } from '../../src/tutor/keys.ts';
import type { GivenAnswer } from '../../src/tutor/learning.ts';
import { askQuestions, type Score } from '../../src/tutor/questions/ask.ts';
import { pose } from '../../src/tutor/questions/posed.ts';
import type { TryOut } from '../../src/tutor/questions/try-out.ts';
import { Learner, type Seat } from './learner.ts';

const text = (content: string) => [{ kind: 'text', text: content }] as const;
const asked = { section: 'one', prompt: text('What?') };
const option = (id: string, correct: boolean) => ({
  id,
  text: text(`Option ${id}`),
  correct,
  why: text(`${id} because.`),
});
const item = (id: string) => ({ id, text: text(`Step ${id}`), why: text(`${id} because.`) });

const multiple: Question = {
  ...asked,
  id: 'm',
  type: 'multiple',
  options: [option('a', true), option('b', false), option('c', true), option('d', false)],
};
const order: Question = { ...asked, id: 'o', type: 'order', items: ['x', 'y', 'z'].map(item) };
const match: Question = {
  ...asked,
  id: 't',
  type: 'match',
  pairs: [
    {
      id: 'object',
      left: text('Cloud Storage'),
      right: text('S3'),
      why: text('Both keep objects.'),
    },
    { id: 'vm', left: text('Compute Engine'), right: text('EC2'), why: text('Both are machines.') },
    {
      id: 'run',
      left: text('Cloud Run'),
      right: text('Fargate'),
      why: text('Both run containers.'),
    },
  ],
  extra: [{ id: 'disk', text: text('EBS'), why: text('A disk belongs to none.') }],
};
const number: Question = {
  ...asked,
  id: 'n',
  type: 'number',
  prompt: text('How many dollars a month?'),
  answer: { value: 1825, text: '$1,825.00' },
  tolerance: 10,
  why: text('2.5 times 730.'),
  traps: [{ id: 'a-day', value: 60, text: '$60.00', why: text('That is a day.') }],
};
const experiment: Question = {
  ...asked,
  id: 'e',
  type: 'experiment',
  experiment: 'soft-delete',
  options: [option('gone', false), option('kept', true), option('error', false)],
};

/** Somebody who is asked these, and what is kept of the answers. */
class Candidate {
  readonly answers: [string, GivenAnswer][] = [];
  score: Score | undefined;

  private constructor(readonly learner: Learner) {}

  static async sit(
    questions: readonly Question[],
    { tryOut, ...seat }: Seat & { tryOut?: TryOut } = {},
  ): Promise<Candidate> {
    let candidate: Candidate | undefined;
    const learner = await Learner.sit(async (context) => {
      const { terminal, say } = context;
      const replies = openReplies(context);
      const desk = { terminal, say: say.lesson, replies };
      try {
        const score = await askQuestions(
          desk,
          questions.map((question) => ({ lesson: 'storage', question })),
          {
            seed: 1,
            tryOut,
            answered: ({ question }, answer) => candidate?.answers.push([question.id, answer]),
          },
        );
        if (candidate !== undefined) candidate.score = score;
      } finally {
        replies.close();
      }
    }, seat);
    candidate = new Candidate(learner);
    return candidate;
  }

  /** The number under which something is shown. */
  async numberOf(shown: string): Promise<string> {
    return new RegExp(`(\\d)\\. ${shown}`).exec(await this.learner.text())?.[1] ?? 'missing';
  }

  async numbersOf(...shown: readonly string[]): Promise<string[]> {
    return Promise.all(shown.map((one) => this.numberOf(one)));
  }
}

describe('a question with one answer', () => {
  const single: Question = {
    ...asked,
    id: 's',
    type: 'single',
    options: [option('a', false), option('b', true), option('c', false)],
  };

  it('explains the chosen and the right option, and the others to who asks for it', async () => {
    const candidate = await Candidate.sit([single, number]);
    const { learner } = candidate;
    const [a = '', c = ''] = await candidate.numbersOf('Option a', 'Option c');
    await learner.press(a);
    expect(await learner.text()).toContain('a because.');
    expect(await learner.text()).toContain('b because.');
    expect(await learner.text()).not.toContain('c because.');
    expect(await learner.prompt()).toContain('w the others');
    // The same key on a Korean keyboard.
    await learner.press('ㅈ');
    expect(await learner.text()).toContain(`  ${c}. Not right: c because.`);
    expect(await learner.prompt()).not.toContain('w the others');
    await learner.press('n');
    expect(await learner.prompt()).toContain('[2/2]');
  });
});

describe('a question with several answers', () => {
  it('is answered by marking each, and taking back what was wrong', async () => {
    const candidate = await Candidate.sit([multiple]);
    const { learner } = candidate;
    const [a = '', b = '', c = ''] = await candidate.numbersOf('Option a', 'Option b', 'Option c');
    await learner.press(c, b, a, b, 'x', '9');
    expect(await learner.prompt()).toMatch(new RegExp(`> ${[a, c].sort().join(' ')}$`));
    await learner.press('\r');
    expect(await learner.end()).toBeUndefined();
    expect(candidate.answers).toEqual([
      ['m', { given: Number(a) < Number(c) ? ['a', 'c'] : ['c', 'a'], right: true }],
    ]);
    expect(await learner.text()).toContain('That is right.');
  });

  it('explains what was left out and what does not belong', async () => {
    const candidate = await Candidate.sit([multiple], { plain: true });
    const { learner } = candidate;
    const [a = '', b = '', c = ''] = await candidate.numbersOf('Option a', 'Option b', 'Option c');
    await learner.press(`${a}, ${b}\n`);
    const shown = await learner.text();
    expect(shown).toContain(`  ${a}. Right.\n     a because.`);
    expect(shown).toContain(`  ${b}. This one does not belong here.\n     b because.`);
    expect(shown).toContain(`  ${c}. This one belongs here too; you left it out.\n     c because.`);
    expect(shown).not.toContain('d because.');
    expect(candidate.answers[0]?.[1].right).toBe(false);
  });
});

describe('an order', () => {
  it('is right as a whole; each item says why it stands there', async () => {
    const candidate = await Candidate.sit([order]);
    const { learner } = candidate;
    const [x = '', y = '', z = ''] = await candidate.numbersOf('Step x', 'Step y', 'Step z');
    await learner.press(x, x, z, '\u007f', y, z, '\r');
    expect(candidate.answers).toEqual([['o', { given: ['x', 'y', 'z'], right: true }]]);
    expect(await learner.text()).toContain(`  ${x}. Step x\n     x because.`);
  });

  it('says where something was put instead, and asks again for numbers that are missing', async () => {
    const candidate = await Candidate.sit([order], { plain: true });
    const { learner } = candidate;
    const [x = '', y = '', z = ''] = await candidate.numbersOf('Step x', 'Step y', 'Step z');
    await learner.press(`${x}${y}\n`);
    expect(await learner.text()).toContain('All 3 numbers are needed');
    await learner.press(`${y} ${x} ${z}\n`);
    const shown = await learner.text();
    expect(shown).toContain(`The right order is ${x} ${y} ${z}:`);
    expect(shown).toContain(`  ${x}. Step x\n     You had it at place 2.\n     x because.`);
    expect(shown).toContain(`  ${z}. Step z\n     z because.`);
    expect(candidate.answers).toEqual([['o', { given: ['y', 'x', 'z'], right: false }]]);
  });

  it('is never shown in the order that is right', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const [shown = []] = pose(order, seed).choices;
        expect(shown.map((one) => JSON.stringify(one.text)).join()).not.toBe(
          ['x', 'y', 'z'].map((id) => JSON.stringify(text(`Step ${id}`))).join(),
        );
      }),
    );
  });
});

describe('a match', () => {
  it('is answered letter by letter', async () => {
    const candidate = await Candidate.sit([match]);
    const { learner } = candidate;
    const [s3 = '', ec2 = '', fargate = ''] = await candidate.numbersOf('S3', 'EC2', 'Fargate');
    await learner.press(s3, s3, ec2);
    expect(await learner.prompt()).toMatch(new RegExp(`> a${s3} b${ec2}$`));
    await learner.press(fargate, '1', '\r');
    expect(candidate.answers).toEqual([['t', { given: ['object', 'vm', 'run'], right: true }]]);
  });

  it('explains each pair that was missed, and what belongs to none', async () => {
    const candidate = await Candidate.sit([match], { plain: true });
    const { learner } = candidate;
    const [s3 = '', ec2 = '', ebs = ''] = await candidate.numbersOf('S3', 'EC2', 'EBS');
    await learner.press(`c=${ebs} b${ec2}, a${s3}\n`);
    const shown = await learner.text();
    expect(shown).toContain(`  a. Cloud Storage = ${s3}. S3\n     Right.\n`);
    expect(shown).toContain(
      `     You chose ${ebs}.\n     Both run containers.\n     Not ${ebs}: A disk`,
    );
    expect(candidate.answers).toEqual([['t', { given: ['object', 'vm', 'disk'], right: false }]]);
  });
});

describe('a number', () => {
  it.each([
    ['$1,825', true],
    ['1700 USD', true],
    ['１８２５달러', true],
    ['60', false],
    ['3,000', false],
  ])('%s is judged', async (typed, right) => {
    const candidate = await Candidate.sit([number], { plain: true });
    await candidate.learner.press(`${typed}\n`);
    expect(candidate.answers[0]?.[1].right).toBe(right);
    expect(await candidate.learner.text()).toContain('The answer is $1,825.00; up to 10 %');
  });

  it('recognises a usual mistake, and otherwise says which way it is off', async () => {
    const trapped = await Candidate.sit([number]);
    await trapped.learner.press(...'$61', '\r');
    expect(await trapped.learner.text()).toContain('That is a day.');
    const low = await Candidate.sit([number]);
    await low.learner.press(...'9', '\r');
    expect(await low.learner.text()).toContain('That is too low.');
  });

  it('is asked again where it cannot be read, and letters are keys until something is written', async () => {
    const candidate = await Candidate.sit([number, number]);
    await candidate.learner.press(...'1.8k', '\r');
    expect(await candidate.learner.text()).toContain('could not be read as one number');
    await candidate.learner.press('ㄴ');
    expect(await candidate.learner.text()).toContain('Left for another time.');
    await candidate.learner.press('1', 'q', '\u007f', '\u007f', 'q');
    expect(await candidate.learner.end()).toBeUndefined();
    expect(candidate.score).toMatchObject({ left: true, wrong: [], skipped: [{}] });
    expect(candidate.answers).toEqual([]);
  });
});

describe('an experiment', () => {
  const tryOut =
    (outcome: string): TryOut =>
    async (lesson, name, onlooker) => {
      onlooker.step(`do ${name} of ${lesson}`);
      onlooker.saw('softDeleted', '3');
      return outcome;
    };

  it('is predicted, done, and judged by what happened', async () => {
    const candidate = await Candidate.sit([experiment], { tryOut: tryOut('kept') });
    await candidate.learner.press(await candidate.numberOf('Option kept'));
    const shown = await candidate.learner.text();
    expect(shown).toContain('  1. do soft-delete of storage\n     `softDeleted: 3`\n');
    expect(shown).toContain('That is right.\n  kept because.');
    expect(candidate.answers).toEqual([['e', { given: ['kept'], right: true }]]);
  });

  it('that ends otherwise than the author saw says so, and what happened counts', async () => {
    const candidate = await Candidate.sit([experiment], { tryOut: tryOut('gone') });
    await candidate.learner.press(await candidate.numberOf('Option gone'));
    const shown = await candidate.learner.text();
    expect(shown).toContain('What has just happened counts.');
    expect(candidate.answers).toEqual([['e', { given: ['gone'], right: true }]]);
  });

  it('explains the others by what happened, and nothing twice where nothing did', async () => {
    const seen = await Candidate.sit([experiment, number], { tryOut: tryOut('gone') });
    await seen.learner.press(await seen.numberOf('Option gone'), 'w');
    expect(await seen.learner.text()).toMatch(
      /Not right: kept because\.[\s\S]*Not right: error because\.|Not right: error because\.[\s\S]*Not right: kept because\./,
    );
    const unseen = await Candidate.sit([experiment, number]);
    await unseen.learner.press(await unseen.numberOf('Option gone'));
    expect(await unseen.learner.prompt()).not.toContain('w the others');
  });

  it.each([
    ['cannot be done', async () => Promise.reject(new Error('no room left'))],
    ['ends in no way that was foreseen', tryOut('exploded')],
    ['has nowhere to be done', undefined],
  ])('that %s is explained, and counts neither way', async (_, broken) => {
    const candidate = await Candidate.sit([experiment], broken ? { tryOut: broken } : {});
    await candidate.learner.press(await candidate.numberOf('Option gone'));
    const shown = await candidate.learner.text();
    expect(shown).toContain('It could not be done for real here');
    expect(shown).toContain('kept because.');
    expect(candidate.answers).toEqual([]);
    expect(candidate.score).toMatchObject({ unjudged: [{}], wrong: [], right: [] });
  });

  it('is given up with Ctrl-C, and waits for it to clean up', async () => {
    let cleaned = false;
    let begun: () => void = () => {};
    const running = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const candidate = await Candidate.sit([experiment], {
      tryOut: (_lesson, _name, _onlooker, signal) =>
        new Promise((_resolve, reject) => {
          begun();
          signal.addEventListener('abort', () =>
            setTimeout(() => {
              cleaned = true;
              reject(new Error('closed'));
            }, 20),
          );
        }),
    });
    candidate.learner.strike(await candidate.numberOf('Option gone'));
    await running;
    candidate.learner.strike('\u0003');
    expect(await candidate.learner.end()).toBeInstanceOf(Interrupted);
    expect(cleaned).toBe(true);
    expect(candidate.answers).toEqual([]);
  });
});

describe('every kind of question', () => {
  const all = [multiple, order, match, number, experiment];

  it.each(all.map((question) => [question.type, question] as const))(
    '%s is left with Ctrl-C, Ctrl-D and q, and skipped with s, on each way of answering',
    async (_, question) => {
      for (const plain of [false, true]) {
        const enter = plain ? '\n' : '';
        const skipped = await Candidate.sit([question], { plain });
        await skipped.learner.press(`s${enter}`);
        expect(await skipped.learner.end()).toBeUndefined();
        expect(skipped.score).toMatchObject({ skipped: [{}], left: false });
        const left = await Candidate.sit([question], { plain });
        await left.learner.press(`h${enter}`, `ㅂ${enter}`);
        expect(await left.learner.end()).toBeUndefined();
        expect(left.score).toMatchObject({ left: true });
        expect(await left.learner.text()).toContain('stop here');
        const hungUp = await Candidate.sit([question], { plain });
        await hungUp.learner.hangUp();
        expect(await hungUp.learner.end()).toBeUndefined();
        const interrupted = await Candidate.sit([question], { plain });
        interrupted.learner.interrupts[0]?.();
        expect(await interrupted.learner.end()).toBeInstanceOf(Interrupted);
        expect(interrupted.learner.rawModes).toEqual(plain ? [] : [true, false]);
      }
    },
  );

  it.each([20, 40])('fits a window of %i columns, in both languages', async (columns) => {
    for (const language of ['en', 'ko'] as const) {
      const candidate = await Candidate.sit(all, { columns, language });
      for (let index = 0; index < all.length; index += 1) {
        await candidate.learner.press('1', '2', '3', '\r', 'n');
      }
      const shown = candidate.learner.written
        .replaceAll(/\r\u001b\[2K/g, '\n')
        .replaceAll(/\u001b\[\d+m/g, '');
      for (const line of shown.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(columns);
    }
  });

  it('survives a window that is resized while an answer is written', async () => {
    const candidate = await Candidate.sit([order], { rows: 20 });
    const { learner } = candidate;
    await learner.press('1', '2');
    learner.resize(24, 20);
    await learner.press('3');
    expect(await learner.prompt()).toBe('[1/1] 1-3 s q h > 1 2 3'.slice(0, 23).trimEnd());
    expect((await learner.text()).match(/> 1 2/g)).toHaveLength(1);
  });
});
