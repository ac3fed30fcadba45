/** `11월 21일`. 올해가 아니면 연도까지. */
const dayText = (day: string, today: string) =>
  new Date(`${day}T00:00:00Z`).toLocaleDateString('ko', {
    day: 'numeric',
    month: 'long',
    timeZone: 'UTC',
    ...(day.slice(0, 4) !== today.slice(0, 4) && { year: 'numeric' }),
  });

/** 학습 기록, 복습, 다음에 할 일. 해요체. */
export const progress: typeof import('./progress.en.ts').progress = {
  notKept: '지금부터는 기록이 남지 않아요.',
  damaged: (path) => `학습 기록이 손상되어 있었어요. 지우지 않고 ${path}에 따로 두었어요.`,
  afterDamage: (replaced) =>
    replaced
      ? '바로 전에 저장한 기록으로 이어서 할게요.'
      : '기록을 처음부터 다시 시작해요. 내보낸 파일이 있으면 되살릴 수 있어요(cloudlab progress import FILE).',

  commands: {
    progress: '끝낸 것, 건너뛴 것, 복습할 것 보기',
    export: '학습 기록을 파일 하나로 내보내기',
    import: '내보낸 파일의 기록을 여기 기록에 합치기',
    reset: '여기 있는 학습 기록을 모두 지우기',
    review: '오늘 복습할 문제 풀기. 내가 틀린 문제부터 나와요',
    quiz: '레슨 하나의 문제, 또는 끝낸 레슨의 문제를 섞어서 풀기',
    next: '지금 할 일 하나 알려 주기',
  },
  options: {
    exportFile: '저장할 파일. -는 표준 출력',
    importFile: 'cloudlab progress export로 만든 파일. -는 표준 입력',
    cap: '하루에 몇 문제까지 복습할지. 다음에도 기억해요',
    quizLesson: '레슨 이름. 없으면 끝낸 레슨의 문제를 섞어요',
    seed: '숫자. 같은 숫자면 같은 문제가 같은 순서로 나와요',
  },

  title: '학습 기록',
  lessons: '레슨',
  missions: '미션',
  reviews: '복습',
  days: '공부한 날',
  sections: (done, all, skipped) =>
    `섹션 ${done}/${all}${skipped > 0 ? `, 건너뜀 ${skipped}` : ''}`,
  questions: (answered, all, right) =>
    `문제 ${answered}/${all}${right > 0 ? `, 맞힘 ${right}` : ''}`,
  due: (cards) => `복습할 문제 ${cards}`,
  notBegun: '아직 시작하지 않음',
  passed: (day, today) => `${dayText(day, today)}에 끝냄`,
  open: '아직 안 함',
  learned: (days) =>
    days === 0
      ? '최근 4주 동안은 쉬었네요. 전에 배운 것은 그대로 있고, 복습하면 금방 돌아와요.'
      : `최근 28일 중 ${days}일 공부했어요.`,
  noDays: '첫 레슨을 읽는 날이 첫날이에요.',
  inARow: (days) => `${days}일째 이어서 하고 있어요.`,
  fourWeeks: '최근 4주, 마지막 칸이 오늘',
  setAside: '손상되어 따로 둔 파일이에요. 필요 없으면 지워도 돼요.',

  next: {
    label: '다음 할 일',
    resume: (lesson, section) => [
      `“${lesson}” 이어서 읽기`,
      `“${lesson}” 레슨의 “${section}” 섹션까지 왔어요.`,
    ],
    review: (cards) => [
      `문제 ${cards}개 복습하기`,
      `오늘 복습할 문제가 ${cards}개예요. 잊을 만할 때 다시 풀어야 오래 남아요.`,
    ],
    quiz: (lesson, questions) => [
      `“${lesson}” 문제 풀기`,
      `“${lesson}” 레슨을 다 읽었어요. 문제 ${questions}개를 풀면 오래 남아요.`,
    ],
    mission: (mission, lesson) => [
      `“${mission}” 미션 하기`,
      `“${lesson}” 레슨에서 배운 것을 직접 해 볼 차례예요.`,
    ],
    lesson: (lesson, minutes, first) => [
      `“${lesson}” 읽기 (${minutes}분)`,
      first ? '여기서부터 시작하면 돼요.' : '아직 읽지 않은 다음 레슨이에요.',
    ],
    unread: (lesson) => [`“${lesson}” 마저 읽기`, `“${lesson}” 레슨은 일부만 읽었어요.`],
    skipped: (lesson, sections) => [
      `“${lesson}”에서 건너뛴 곳 읽기`,
      `레슨을 모두 보았어요. “${lesson}” 레슨에 건너뛴 섹션이 ${sections}개 있어요.`,
    ],
    allDone: (day) => [
      '여러 문제 섞어 풀기',
      `모두 끝냈어요.${day === undefined ? '' : ` 다음 복습은 ${dayText(day, '')}이에요.`} 심심하면 여러 레슨의 문제를 섞어서 풀어 보세요.`,
    ],
  },

  review: {
    title: (cards) => `복습: 문제 ${cards}개`,
    tooMany: (due, today, cap, until, now) =>
      `복습할 문제가 ${due}개 쌓였어요. 오늘은 그중 가장 도움이 될 ${today}개만, 틀렸던 것부터 풀어요. 나머지는 ${dayText(until, now)}까지 하루 ${cap}개씩 나눠 두었으니 걱정하지 마세요.`,
    enough: (done, later, now, next) =>
      `오늘은 ${done}문제를 복습했어요. 이만하면 충분해요. 남은 ${later}문제는 ${dayText(next, now)}부터 나와요. 오늘 더 하고 싶다면:`,
    dueToday: (today, later) =>
      `오늘 복습할 문제가 ${today}개예요${later > 0 ? ` (${later}개는 다음 날부터)` : ''}:`,
    none: '아직 복습할 것이 없어요. 한 번 푼 문제는 잊을 만할 때 여기 다시 나와요.',
    notToday: (next, now) =>
      `오늘은 복습할 문제가 없어요. 다음 복습은 ${dayText(next, now)}이에요.`,
    done: (right, asked) => `${asked}문제 중 ${right}문제를 맞혔어요.`,
    wrongAgain: (wrong) => `틀린 ${wrong}문제는 내일 다시 나와요.`,
    left: (open) => `오늘 복습할 문제가 ${open}개 남았어요:`,
    nextOn: (day, now) => `다음 복습은 ${dayText(day, now)}이에요.`,
  },

  quiz: {
    mixture: (questions) => `여러 레슨에서 섞은 문제 ${questions}개`,
    noneFinished: '아직 끝까지 읽은 레슨이 없어요. 레슨 하나의 문제는 언제든 풀 수 있어요:',
    stopped: (right, judged) => `${judged}문제 중 ${right}문제를 맞히고 멈췄어요.`,
  },

  transfer: {
    exported: (path) => `학습 기록을 ${path}에 저장했어요. 다른 컴퓨터에서는 이렇게 가져와요:`,
    imported: '기록을 합쳤어요. 새로 들어온 것:',
    nothingNew: '기록을 합쳤어요. 여기 없던 것은 들어 있지 않았어요.',
    added: (sections, answers, missions, days) =>
      [
        [sections, '섹션'],
        [answers, '답'],
        [missions, '미션'],
        [days, '공부한 날'],
      ]
        .filter(([number]) => number !== 0)
        .map(([number, thing]) => `${thing} ${number}`)
        .join(', '),
    before: (path) => `합치기 전 기록: ${path}`,
    confirmReset: (path) => `여기 있는 학습 기록을 모두 지울까요? 사본은 ${path}에 남아요.`,
    resetWhat: '학습 기록 모두 지우기',
    resetDone: '모두 지웠어요. 되살리려면:',
    resetDeclined: '아무것도 바꾸지 않았어요.',
    nothingToReset: '여기에는 학습 기록이 없어요.',
  },
};
