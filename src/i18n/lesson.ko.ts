import { quiz } from './quiz.ko.ts';

/** 레슨과 문제 앞뒤에서 하는 말. 해요체. */
export const lesson: typeof import('./lesson.en.ts').lesson = {
  quiz,

  listTitle: '레슨',
  minutes: (minutes) => `${minutes}분`,
  open: (id) => `이렇게 읽어요: cloudlab lesson ${id}`,

  options: {
    quiz: '바로 문제 풀기',
    format: '읽지 않고 출력하기. text, md(마크다운), json 중 하나',
    section: '이 섹션부터 읽기. 번호나 id를 적어요',
    files: '레슨에 나오는 파일을 지금 폴더에 쓰기',
  },

  size: (minutes, sections, questions) => `${minutes}분, 섹션 ${sections}개, 문제 ${questions}개`,
  asOf: (day) => `가격과 한도는 ${day}에 확인했어요.`,
  goals: '다 읽고 나면 할 수 있는 것',
  filesWritten: '이 폴더에 썼어요:',
  noFiles: '쓸 파일이 없는 곳이에요.',
  states: { unseen: '', skipped: '건너뜀', done: '읽음' },
  resumed: '지난번에 여기서 멈췄어요. p를 누르면 앞으로 돌아가요.',
  mission: '이제 직접 해 볼 차례예요:',

  keys: {
    next: '다음',
    start: '시작',
    more: '더 보기',
    previous: '이전',
    quit: '그만',
    help: '도움말',
    answer: '답',
    choose: '고르고 Enter',
    order: '순서대로, 그다음 Enter',
    match: (last) => `a~${last} 차례로, 그다음 Enter`,
    number: '숫자, 그다음 Enter',
    skip: '넘기기',
    search: '찾기',
  },
  help: {
    n: '계속 읽기 (Enter나 스페이스바도 같아요)',
    p: '앞 섹션으로 돌아가기',
    q: '여기서 그만하기 (Ctrl-D도 같아요)',
    s: '지금은 넘어가기',
    '/': '레슨에서 말 찾기',
    number: '이 번호를 답으로 고르기',
    layout: '대문자로 눌러도, 한글 자판 그대로(ㅜ ㅔ ㄴ ㅂ ㅗ) 눌러도 돼요.',
  },

  stopped: (section) => `“${section}”까지 왔어요. 여기서부터 다시 읽으려면:`,

  search: {
    prompt: '찾을 말 (그냥 Enter를 누르면 돌아가요): ',
    shortPrompt: '찾을 말: ',
    nothing: (words) => `“${words}”에 맞는 내용을 찾지 못했어요.`,
    found: (words) => `“${words}” 검색 결과:`,
    go: '여기로 가기',
    stay: '돌아가기',
    help: '이 번호의 내용 읽기',
    elsewhere: '다른 레슨에 있는 내용이에요. 이렇게 읽어요:',
  },

  questionsTitle: '문제',
  questionsOffer: (count) =>
    `문제 ${count}개가 있어요. 외운 것을 묻지 않고 읽은 것을 써먹어 보는 문제니까 천천히 생각해 보세요. 나중에 풀 문제는 s로 넘길 수 있어요.`,
  questionsLater: '문제는 언제든 풀 수 있어요:',
  yourAnswer: (answer) => `고른 답: ${answer}.`,
  right: '맞았어요.',
  wrong: '아쉽지만 아니에요.',
  rightAnswer: (number) => `정답은 ${number}번이에요.`,
  stoppedQuiz: (right, answered) =>
    `${answered}문제 중 ${right}문제를 맞히고 멈췄어요. 다시 풀려면:`,
  score: (right, all) =>
    right === all ? `${all}문제를 모두 맞혔어요.` : `${all}문제 중 ${right}문제를 맞혔어요.`,
  skippedQuestions: (count) => `${count}문제는 다음으로 넘겼어요.`,
  readAgain: '틀린 문제와 관련해 다시 읽어 보면 좋은 곳:',

  answersTitle: '정답과 풀이',
  answerTitle: '정답',
  notAnswer: (number) => `${number}번이 아닌 이유:`,
};
