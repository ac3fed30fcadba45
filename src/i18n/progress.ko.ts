/** 학습 기록, 복습, 다음에 할 일. 해요체. */
export const progress: typeof import('./progress.en.ts').progress = {
  notKept: '지금부터는 기록이 남지 않아요.',
  damaged: (path) => `학습 기록이 손상되어 있었어요. 지우지 않고 ${path}에 따로 두었어요.`,
  afterDamage: (replaced) =>
    replaced
      ? '바로 전에 저장한 기록으로 이어서 할게요.'
      : '기록을 처음부터 다시 시작해요. 내보낸 파일이 있으면 되살릴 수 있어요(cloudlab progress import FILE).',
  count: (number) => `${number}개`,
};
