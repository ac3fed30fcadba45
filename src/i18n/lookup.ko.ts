import type { lookup as english } from './lookup.en.ts';

/** search, compare, glossary에서 하는 말. */
export const lookup: typeof english = {
  options: {
    words: '찾을 말. 한국어와 영어 모두 되고, 쓰다 만 단어도 찾아요',
    product: '세 클라우드 가운데 어느 제품이든. 지금 이름과 옛 이름 모두 돼요',
    term: '단어',
  },
  kinds: {
    lesson: '레슨',
    section: '레슨',
    term: '용어',
    product: '제품',
    mission: '미션',
    command: '명령',
  },
  nothing: (words) => `“${words}”에 맞는 것을 찾지 못했어요.`,
  nothingNext: '단어를 하나 줄이거나, 전체 목록을 보세요: cloudlab lesson list, cloudlab glossary',
  more: (count) => `그 밖에 ${count}개가 더 있어요. 단어를 더하면 좁혀져요`,
  clouds: { gcp: 'GCP', aws: 'AWS', azure: 'Azure' },
  none: '해당 제품 없음',
  concept: '무엇인가요',
  differences: '서로 다른 점',
  formerly: (name, now, since) =>
    since === undefined
      ? `옛 이름: ${name}. 지금 이름: ${now}`
      : `옛 이름: ${name}. 지금 이름: ${now} (${since}부터)`,
  readMore: '더 읽기:',
  compareTitle: '세 클라우드의 같은 제품들',
  compareOpen: '어떻게 다른지 보기: cloudlab compare "Compute Engine"',
  glossaryTitle: '용어',
  glossaryOpen: '뜻 보기: cloudlab glossary 버킷',
  also: '다른 이름',
};
