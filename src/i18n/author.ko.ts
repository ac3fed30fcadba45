import type { author as english } from './author.en.ts';

/** 레슨과 미션을 쓰는 사람에게 하는 말. */
export const author: typeof english = {
  options: {
    kind: 'lesson 또는 mission',
    id: 'id: 영어 소문자, 숫자, 한 번씩만 이어지는 하이픈',
    only: '레슨이나 미션 하나; 빼면 전부',
    links: '링크된 페이지가 정말 있는지 하나씩 물어봐요 (네트워크 필요)',
    section: '이 섹션만 보기',
    once: '한 번만 보여 주고 끝내기',
  },
  made: (folder) => `${folder} 폴더를 만들었어요.`,
  thenWrite: 'TODO라고 적힌 곳에 글을 쓰고, 이렇게 보세요:',
  thenCheck: '남은 일은 이렇게 확인하세요:',
  checked: (lessons, missions) =>
    `레슨 ${lessons}개와 미션 ${missions}개를 살폈어요. 고칠 곳이 없어요.`,
  problems: (problems) => `고칠 곳 ${problems}개`,
  unfinished: (problems) => `덜 된 곳 ${problems}개: 옛 번역과 TODO`,
  broken: (problems) => `열리지 않는 링크 ${problems}개`,
  acceptWith: (id) => `한국어가 지금의 영어와 같은 말을 하게 되면: cloudlab author accept ${id}`,
  accepted: (file) => `저장했어요: ${file}`,
  watching: '지켜보고 있어요. 저장할 때마다 다시 보여 줘요. Ctrl-C로 끝나요.',
};
