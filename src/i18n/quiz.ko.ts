/** 문제 유형별로, 그리고 답을 두고 하는 말. 해요체. */
export const quiz: typeof import('./quiz.en.ts').quiz = {
  notQuite: '아쉽지만 다 맞지는 않았어요.',
  isOff: '아쉽지만 차이가 커요.',

  multipleHint: '정답이 여러 개예요. 번호를 모두 누르고 Enter를 누르세요.',
  multipleHelp: '이 번호를 고르기, 한 번 더 누르면 취소. 다 고르면 Enter',
  chosenRight: '맞아요.',
  chosenWrong: '이건 답이 아니에요.',
  leftOut: '이것도 답인데 빠뜨렸어요.',
  notRight: '답이 아닌 이유:',

  orderHint: '순서대로 번호를 누르고 Enter를 누르세요.',
  orderHelp: '다음 순서로 놓기. 백스페이스로 마지막 것을 지우고, 다 놓으면 Enter',
  allNumbers: (count) => `번호 ${count}개를 한 번씩 모두 적어 주세요.`,
  rightOrder: (numbers) => `올바른 순서: ${numbers}`,
  yourPlace: (place) => `${place}번째에 놓았어요.`,

  matchHint: (last) =>
    `a부터 ${last}까지 차례로 알맞은 번호를 누르고 Enter를 누르세요. 같은 번호는 한 번만 써요.`,
  matchHelp: (last) =>
    `a부터 ${last}까지 차례로 짝 고르기. 백스페이스로 마지막 것을 지우고, 다 고르면 Enter`,
  youChose: (number) => `${number}번을 골랐어요.`,
  belongsNowhere: '어느 것과도 짝이 아니에요.',

  numberHint: (tolerance) =>
    tolerance > 0
      ? `숫자를 적고 Enter를 누르세요. ${tolerance}%까지는 달라도 돼요.`
      : '숫자를 적고 Enter를 누르세요.',
  numberHelp: '숫자를 적고 Enter. $1,825와 1825는 같아요',
  notANumber:
    '숫자 하나로 읽을 수 없었어요. 1825나 1,825처럼 풀어서 적어 주세요. 1.8k나 3만처럼 줄여 쓰거나, 묻지 않은 단위를 붙이면 읽을 수 없어요.',
  answerWithin: (answer, tolerance) => `정답: ${answer} (${tolerance}%까지 달라도 정답)`,
  answerExactly: (answer) => `정답: ${answer}`,
  tooLow: '실제보다 작아요.',
  tooHigh: '실제보다 커요.',
  trap: (number) => `흔한 오답 ${number}:`,

  experimentHint: '먼저 어떻게 될지 예상해 보세요. 그다음 따로 띄운 샌드박스에서 진짜로 해 봐요.',
  predicted: (number) => `${number}번으로 예상했네요. 직접 해 볼게요.`,
  starting: '샌드박스를 따로 띄우는 중…',
  happened: (number) => `실제로 일어난 일은 ${number}번이에요.`,
  differs: '레슨에서 예상한 것과 달라요. 방금 실제로 일어난 일을 정답으로 칠게요.',
  notTried: (reason) => `여기서는 직접 해 볼 수 없었어요. ${reason}`,
  notCounted:
    '그래서 이 레슨을 쓸 때 일어난 일을 대신 보여 드려요. 이 문제는 맞은 것으로도 틀린 것으로도 치지 않아요.',
  noSandboxHere: '여기에는 샌드박스가 없어요.',
  unknownOutcome: (outcome) => `보기에 없는 결과가 나왔어요(${outcome}).`,

  onPaper: {
    multiple: '정답이 여러 개예요.',
    order: '올바른 순서를 찾아보세요.',
    match: (last) => `a부터 ${last}까지 저마다 알맞은 번호를 찾아보세요.`,
    number: (tolerance) => (tolerance > 0 ? `${tolerance}%까지는 달라도 돼요.` : undefined),
    experiment: '터미널에서 풀면 샌드박스에서 진짜로 해 볼 수 있어요.',
  },

  others: '나머지 보기',
  othersHelp: '나머지 보기가 왜 답이 아닌지 보기',

  skipped: '다음에 풀기로 하고 넘어갔어요.',
};
