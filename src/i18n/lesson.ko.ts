/** 레슨과 문제 앞뒤에서 하는 말. 해요체. */
export const lesson: typeof import('./lesson.en.ts').lesson = {
  listTitle: '레슨',
  minutes: (minutes) => `${minutes}분`,
  open: (id) => `이렇게 읽어요: cloudlab lesson ${id}`,

  options: {
    quiz: '바로 문제 풀기',
    section: '이 섹션부터 읽기. 번호나 id를 적어요',
  },

  size: (minutes, sections, questions) => `${minutes}분, 섹션 ${sections}개, 문제 ${questions}개`,
  asOf: (day) => `가격과 한도는 ${day}에 확인했어요.`,
  mission: '이제 직접 해 볼 차례예요:',

  keys: {
    next: '다음',
    start: '시작',
    more: '더 보기',
    previous: '이전',
    quit: '그만',
    help: '도움말',
    answer: '답',
  },
  help: {
    n: '계속 읽기 (Enter나 스페이스바도 같아요)',
    p: '앞 섹션으로 돌아가기',
    q: '여기서 그만하기 (Ctrl-D도 같아요)',
    number: '이 번호를 답으로 고르기',
    layout: '대문자로 눌러도, 한글 자판 그대로(ㅜ ㅔ ㅂ ㅗ) 눌러도 돼요.',
  },

  stopped: (section) => `“${section}”까지 왔어요. 여기서부터 다시 읽으려면:`,

  questionsTitle: '문제',
  questionsOffer: (count) =>
    `문제 ${count}개가 있어요. 외운 것을 묻지 않고 읽은 것을 써먹어 보는 문제니까 천천히 생각해 보세요. 기록은 남지 않고, 몇 번이든 다시 풀 수 있어요.`,
  questionsLater: '문제는 언제든 풀 수 있어요:',
  yourAnswer: (number) => `고른 답: ${number}번`,
  right: '맞았어요.',
  wrong: '아쉽지만 아니에요.',
  rightAnswer: (number) => `정답은 ${number}번이에요.`,
  stoppedQuiz: (right, answered) =>
    `${answered}문제 중 ${right}문제를 맞히고 멈췄어요. 다시 풀려면:`,
  score: (right, all) =>
    right === all ? `${all}문제를 모두 맞혔어요.` : `${all}문제 중 ${right}문제를 맞혔어요.`,
  readAgain: '틀린 문제는 위의 설명을 한 번 더 읽어 보세요.',

  answersTitle: '정답과 풀이',
  notAnswer: (number) => `${number}번이 아닌 이유:`,
};
