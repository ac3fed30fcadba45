/** 미션을 직접 하는 사람에게 하는 말. 해요체. */
export const guided: typeof import('./guided.en.ts').guided = {
  how: '이 미션을 어떻게 할까요?',
  ways: {
    doIt: '직접 해 보기 (쓰고 싶은 도구로)',
    showMe: '하는 것 보기 (cloudlab이 하고 나는 구경)',
  },
  unfinished: (when, done, all) =>
    `하다 만 미션이 있어요 (${when}). 과제 ${all}개 중 ${done}개를 끝냈어요.`,
  waysOn: {
    goOn: '하던 데서 이어서 하기',
    startOver: '처음부터 다시 하기 (만들어 둔 것은 지워요)',
  },
  goesOn: '하던 데서 이어서 해요. 끝낸 과제도 그대로인지 다시 확인할게요.',
  startedOver: (run) => `지난 실행(${run})을 치웠어요.`,
  dataGone:
    '이 미션을 하던 샌드박스가 초기화돼서 만들어 둔 것이 모두 사라졌어요. 처음부터 다시 시작할게요.',

  tools: '과제는 다른 창에서 하세요. 도구는 무엇이든 좋아요.',
  orInYours: '쓰던 셸을 그대로 쓰려면',
  toolsOnGcp: (project) =>
    `과제는 다른 창에서, 지금 로그인한 계정으로 ${project} 프로젝트에서 하세요. 도구는 무엇이든 좋아요.`,
  wrongWindow: '이 창은 지켜보기만 해요. 명령은 다른 창에 붙여 넣으세요.',
  tasks: '과제',
  states: {
    passed: '통과',
    shown: 'cloudlab이 함, 통과로 치지 않음',
    ready: '할 차례',
    leftOut: '빼 둠',
    needs: (numbers) => `${numbers}번 다음`,
  },
  watching: (numbers) => `${numbers}번을 기다리는 중`,
  looking: '확인하는 중…',
  running: '프로그램을 실행하는 중…',
  ran: (file, seconds) => `${file} 실행 (${seconds}초). 출력한 내용:`,
  ranSilent: (file, seconds) => `${file} 실행 (${seconds}초). 출력한 것이 없어요.`,
  doing: 'cloudlab이 하는 중…',
  keys: { look: '확인', hint: '힌트', skip: '건너뛰기', leave: '나가기', help: '도움말' },
  help: {
    look: '지금 확인하고 무엇이 모자란지 알려 줘요',
    hint: '힌트를 하나씩 더. 귀띔, 알아야 할 것, 명령의 모양, 명령 순서예요',
    skip: '지금 과제를 cloudlab이 해요. 통과로 치지는 않아요',
    leave: '나가기. 모두 저장되고 같은 명령으로 이어서 할 수 있어요 (Ctrl-C도 같아요)',
    tasks: '과제 다시 보기 (Enter도 같아요)',
  },

  did: '내가 한 일',
  why: '이유',
  next: '다음 할 일',
  notYet: '아직이에요',
  reopened: '이 과제에서 만든 것이 지금은 없어요. 다시 해야 해요.',
  blocked: (numbers) => `${numbers}번이 먼저예요.`,
  nothingNew: '아직 시작한 흔적이 없어요.',
  couldNotLook: (call) => `확인하지 못했어요: ${call}. 여러분의 실수로 치지 않아요.`,
  noAnswer: '응답 없음',
  rungs: {
    nudge: '귀띔',
    concept: '알아 둘 것',
    shape: '명령의 모양',
    command: '명령',
  },
  thenInside: 'VM에 들어간 다음, 그 안에서',
  skipSure: 's를 한 번 더 누르면 이 과제를 cloudlab이 해요. 통과로 치지는 않아요.',
  skipped: 'cloudlab이 한 방법',
  couldNotDo: 'cloudlab도 하지 못했어요.',

  over: '모든 과제를 확인했어요.',
  overIncomplete: '남은 과제는 없어요. cloudlab이 한 과제는 통과로 치지 않아요.',
  solutionOffer:
    'v를 누르면 미션의 명령과 내가 한 일을 나란히 보여 줘요. Enter를 누르면 치우고 끝내요.',
  solution: '이 미션의 명령',
  solutionYours: '내가 한 일',
  solutionShared: '내가 한 일과 cloudlab이 한 일',

  left: '저장했어요. 나중에 같은 명령으로 이어서 하세요.',
  nothingExists: '과제에 적힌 이름과 위치에는 지금 남아 있는 것이 없어요.',
  exists: (things) => `만들어 둔 것 ${things}개가 남아 있어요.`,
  notLooked: '무엇이 남아 있는지 확인하지 못했어요.',
  freeHere: (perDay) => `샌드박스에서는 돈이 들지 않아요. GCP 기준으로 하루 요금: ${perDay}.`,
  costsThere: (perDay) => `GCP에서는 남아 있는 동안 하루에 ${perDay}씩 나와요.`,
  removeWith: '모두 지우려면',

  reset: {
    done: (mission, removed) => `${mission}: 기록을 지웠어요. 치운 것 ${removed}개.`,
    nothing: '직접 하다 만 미션이 없어요.',
    left: '지우지 못한 것이 있어요. 다시 지우려면',
  },
  verify: {
    columns: { mission: '미션', checks: '확인', result: '결과', time: '시간' },
    nothing: '아직 끝낸 미션이 없어요. 미션 이름을 적으면 그것을 확인해요.',
    results: {
      passed: '통과',
      incomplete: '실패',
      failed: '실패',
      error: '오류',
      interrupted: '중단',
    },
    working: (mission) => `${mission} 미션을 새로 하고 확인하는 중`,
  },
  paused: (command) =>
    `직접 하는 중인 미션이에요. 이어서 하려면 ${command}, 지우려면 실행 이름을 적으세요`,
  goOnWith: (mission) => [`이어서 하기: ${mission}`, '직접 하다 만 미션이에요.'],
  commands: {
    reset: '직접 하다 만 미션을 치우고 잊기',
    verify: '끝낸 미션을 새로 해서 다시 확인하기',
  },
  options: {
    guided: '묻지 않고 직접 하기 (터미널에서만)',
    all: '끝낸 미션 모두',
  },
};
