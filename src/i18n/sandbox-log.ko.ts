/** 샌드박스에 누가 무엇을 했는지 보여 주는 말. 해요체. */
export const sandboxLog: typeof import('./sandbox-log.en.ts').sandboxLog = {
  options: {
    follow: 'Ctrl-C를 누를 때까지 새로 생기는 것을 계속 보기',
    method: '이름에 이 글자가 든 메서드만 보기. 예: storage.objects.insert',
    principal: '이름에 이 글자가 든 사람만 보기. 이메일 주소, owner, anonymous',
    denied: '거절된 것(401, 403)만 보기',
    all: '미션의 확인처럼 cloudlab이 스스로 조회한 것도 보기',
    limit: '최근 것부터 몇 개까지 볼지 (기본값: 50, --follow면 10)',
  },
  none: '아직 샌드박스에 들어온 요청이 없어요.',
  noneSuch: '그런 기록은 없어요.',
  following: '새 기록이 생기면 바로 보여 드려요. Ctrl-C로 끝내요.',
  stopped: '샌드박스가 꺼졌어요.',
  forgotten: '샌드박스에 든 것이 기록까지 모두 지워졌어요.',
  needs: (permission) => `${permission} 권한이 필요해요`,
  on: (resource) => ` (대상: ${resource})`,
  via: (principals) => ` (실제로는 ${principals})`,
  page: '웹 페이지',
  hidden: (entries) =>
    `cloudlab이 스스로 조회한 기록이 ${entries}개 더 있어요. --all로 볼 수 있어요.`,
};
