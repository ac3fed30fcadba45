import { josa } from 'es-hangul';
import { errors } from './errors.ko.ts';
import { lesson } from './lesson.ko.ts';
import type { Messages } from './messages.ts';
import { reach } from './reach.ko.ts';

/** 며칠 몇 시간 몇 분. */
const span = (seconds: number) =>
  [
    [Math.floor(seconds / 86_400), '일'],
    [Math.floor(seconds / 3600) % 24, '시간'],
    [Math.floor(seconds / 60) % 60, '분'],
  ]
    .filter(([value]) => value !== 0)
    .map(([value, unit]) => `${value?.toLocaleString('ko')}${unit}`)
    .join(' ') || `${seconds}초`;

const number = (value: number) => value.toLocaleString('ko');

/** 해요체. 제품 이름과 명령어는 영어 그대로 둔다. */
export const ko: Messages = {
  language: 'ko',
  errors,
  lesson,
  reach,

  errorLabels: { error: '오류', why: '이유', next: '해결' },
  ourBug: (log) =>
    `cloudlab 버그예요. 여러분이 실수한 게 아니에요. 자세한 내용은 ${log} 파일에 있으니 알려 주세요.`,

  tagline: '터미널에서 배우는 클라우드. 클라우드도 이 안에 들어 있어요.',
  help: {
    usage: '사용법',
    commands: '명령',
    arguments: '인자',
    options: '옵션',
    globalOptions: '공통 옵션',
    examples: '예시',
    command: '<명령>',
    help: '이 도움말 보기',
    version: '버전 보기',
    lang: '언어: ko 또는 en',
    json: 'JSON 값 하나로 출력',
    plain: '화면을 다시 그리지 않고 번호로 고르기 (ACCESSIBLE=1과 같음)',
    noColor: '색 없이 출력 (NO_COLOR와 같음)',
    verbose: '요청 하나하나까지 자세히 보기',
    seeAlso: '명령 뒤에 --help를 붙이면 옵션과 예시가 나와요.',
  },

  home: {
    greeting: '무엇을 해 볼까요?',
    mission: '미션 하기: 샌드박스에서 진짜로 해 보기',
    lesson: '레슨 읽기',
    sandbox: '샌드박스 켜기: 내가 쓰는 도구로 해 보기',
    doctor: '이 컴퓨터 점검하기',
    help: '모든 명령 보기',
    quit: '나가기',
    chooseMission: '어떤 미션을 할까요?',
    chooseLesson: '어떤 레슨을 읽을까요?',
  },

  commands: {
    mission: '클라우드에서 직접 해 보고, 끝나면 모두 치우기',
    missionList: '미션 목록 보기',
    lesson: '레슨을 읽고 문제 풀기',
    lessonList: '레슨 목록 보기',
    sandbox: '내장 Google Cloud 샌드박스를 켜서 내 도구로 쓰기',
    sandboxStart: 'Ctrl-C를 누를 때까지 이 창에서 샌드박스 실행',
    sandboxStop: '실행 중인 샌드박스 끄기 (데이터는 남아요)',
    sandboxStatus: '샌드박스가 켜져 있는지, 무엇이 들어 있는지 보기',
    sandboxReset: '샌드박스에 든 것을 모두 지우기',
    ssh: '샌드박스의 VM에 로그인하거나 명령을 실행하기',
    network: '샌드박스의 VPC 네트워크에 물어보기',
    networkReach: '연결되는지, 어느 규칙이 정하는지 보기',
    clock: '샌드박스 시계를 보거나 앞으로 돌리기',
    clockAdvance: '시계를 앞으로 돌리고, 그동안 일어날 일을 바로 처리하기',
    env: 'gcloud와 클라이언트 라이브러리를 샌드박스로 연결하는 변수 출력',
    doctor: '이 컴퓨터를 점검하고 고치는 방법 알려 주기',
    completion: '셸 자동 완성 스크립트 출력',
    cleanup: '중간에 끊긴 미션이 남긴 것 치우기',
  },

  options: {
    missionId: '미션 이름. 목록은 cloudlab mission list',
    lessonId: '레슨 이름. 목록은 cloudlab lesson list',
    set: '미션 설정 바꾸기. 예: bucket=my-name',
    auto: '직접 하지 않고, 미션이 진행되는 것을 지켜보기',
    keep: '만든 것을 남겨 두기. 나중에 cloudlab cleanup으로 치워요',
    target: '실행할 곳: sandbox(무료, 기본값) 또는 gcp(실제, 유료)',
    project: 'GCP 프로젝트 ID (--target gcp일 때)',
    yes: '모든 질문에 예라고 답하기',
    yesGcp: '실제 GCP 프로젝트에 남은 것도 치우기',
    port: '사용할 포트 (기본값: 비어 있는 포트)',
    data: '데이터를 저장할 디렉터리',
    tls: 'TLS로도 받기. HTTP를 거절하는 클라이언트에 필요해요',
    tlsPort: 'TLS에 사용할 포트 (기본값: 비어 있는 포트)',
    faults: '요청을 일부러 실패시킬 수 있게 하기. 재시도를 시험할 때 써요',
    unlimitedQuota: '새 프로젝트에 걸리는 할당량(quota)을 없애기',
    realtime: '작업이 GCP에서만큼 오래 걸리게 하기. 보통은 천 분의 일이에요',
    envTls: '도구를 TLS 주소로 연결하고 인증서를 믿게 하기',
    shell: 'bash, zsh, fish, powershell 중 하나',
    vm: 'VM 이름',
    vmCommand: '셸 대신 실행할 명령. -- 뒤에 써요',
    zone: 'VM의 영역(zone). 같은 이름이 둘일 때 필요해요',
    user: '로그인할 사용자 (기본: 내 이름)',
    tty: '명령도 터미널에서 실행하기 (top, nano)',
    print: '같은 일을 하는 OpenSSH ssh 명령을 출력하기',
    config: 'ssh, scp, sftp용 설정을 쓰고 출력하기',
    duration: '얼마나 돌릴지. 예: 45m, 12h, 30d, 2w',
    run: '이 ID의 실행만 치우기',
    force: '아직 실행 중으로 보이는 것까지 치우기',
  },

  prompts: { selectKeys: '↑↓ 이동, Enter 선택, Ctrl-C 나가기' },

  words: {
    yesNo: '[예/아니요]',
  },

  mission: {
    listTitle: '미션',
    minutes: (minutes) => `${minutes}분`,
    play: (id) => `이렇게 시작해요: cloudlab mission ${id}`,
    inProcess: '이 프로그램 안에 잠깐 켠 샌드박스. 무료이고, 끝나면 사라져요',
    inRunning: (url) => `${url}에서 실행 중인 샌드박스`,
    inUserData: (path) => `내 샌드박스 데이터. 끝나도 남아요: ${path}`,
    onGcp: (project) => `실제 GCP 프로젝트 ${project}`,
    where: '실행 위치',
    run: '실행 ID',
    plan: (count) => `다음 ${count}개를 만들었다가 다시 지워요.`,
    planMore: (count) => `… 외 ${count}개`,
    confirmGcp: (project) => `GCP 프로젝트 ${project}에 실제로 만들까요? 요금이 나올 수 있어요.`,
    working: '하는 중…',
    states: {
      passed: '통과',
      failed: '실패',
      blocked: '대기',
      error: '오류',
      interrupted: '중단',
      skipped: '건너뜀',
    },
    youWouldType: '직접 한다면',
    apiCall: 'API 호출',
    proof: '확인한 값',
    expected: '기대한 값',
    found: '실제 값',
    hint: '힌트',
    blockedBy: '앞 단계가 먼저 통과해야 해요.',
    errorIsNotYours: '클라우드나 네트워크에 생긴 문제예요. 여러분의 실수로 치지 않아요.',
    byHand: {
      intro:
        '이번 미션은 직접 해 보세요. 터미널을 하나 더 열어 도구들이 이번 실행의 클라우드를 바라보게 하고, 단계를 마칠 때마다 여기로 돌아오세요.',
      question: '다 했나요?',
      check: '한 것을 확인하기',
      solve: '대신 해 주기',
      leave: '그만두고 치우기',
    },
    stopping: '하던 단계까지만 끝내고 치우는 중이에요. Ctrl-C를 한 번 더 누르면 바로 나가요.',
    tearingDown: '이번 실행에서 남은 것을 치우는 중',
    removing: (address) => `지우는 중: ${address}`,
    leftAtOnce: '바로 나왔어요. 아래에 적은 것이 남아 있을 수 있어요.',
    stillThere: '아직 남아 있어요.',
    report: '결과',
    verdicts: {
      passed: '끝! 모든 단계를 확인했고, 남은 것은 하나도 없어요.',
      passedKept: '끝! 모든 단계를 확인했어요.',
      failed: '아직 끝이 아니에요. 통과하지 못한 단계가 있어요.',
      error: '끝내지 못했어요. 클라우드나 이 컴퓨터에 문제가 있었어요.',
      interrupted: '요청대로 중단했어요.',
    },
    tasks: '단계',
    tasksPassed: (passed, all) => `${all}개 중 ${passed}개 확인`,
    created: '만든 것',
    removed: '지운 것',
    survivors: '남은 것',
    nothingLeft: '없음 (이름과 레이블로 모두 찾아봤어요)',
    notSearched: '알 수 없음 (이번 실행의 레이블이 붙은 것을 찾아보지 못했어요)',
    things: (count) => `${count}개`,
    calls: 'API 호출',
    time: '걸린 시간',
    seconds: (seconds) => `${seconds}초`,
    cost: 'GCP였다면',
    costHere: '여기서는 $0',
    costText: (usd, asOf) => `${usd} (${asOf} 정가 기준)`,
    costLessThan: (usd) => `${usd} 미만`,
    costItems: {
      classA: (count) => `클래스 A 작업 ${number(count)}번 (쓰기, 목록)`,
      classB: (count) => `클래스 B 작업 ${number(count)}번 (읽기)`,
      free: (count) => `무료 작업 ${number(count)}번 (삭제)`,
      storage: (bytes) => `실행하는 동안 저장한 ${number(bytes)}바이트`,
      vm: (seconds, type) => `VM ${type} ${number(seconds)}초 (적어도 1분으로 계산)`,
      disk: (gigabytes, type) => `실행하는 동안 디스크 ${type} ${gigabytes}GB`,
      address: (seconds) => `외부 IP 주소 ${number(seconds)}초`,
    },
    costUnknown: '여기에는 정가가 없어요',
    kept: '말씀하신 대로 남겨 두었어요. 보려면: cloudlab sandbox start',
    keptGcp: '말씀하신 대로 남겨 두었어요. GCP에서는 치울 때까지 요금이 나올 수 있어요.',
    removeWith: (command) => `치우려면: ${command}`,
    orByHand: '직접 지우려면:',
    unknownState: '확인하지 못함',
    next: (lesson) => `무슨 일이 있었는지 알아보기: cloudlab lesson ${lesson}`,
    inputsTitle: '바꿀 수 있는 설정',
  },

  sandbox: {
    running: (url) => `샌드박스 주소: ${url}`,
    dataIn: (path) => `데이터 위치: ${path}`,
    alsoTls: (url) => `TLS 주소: ${url}`,
    caIn: (path) => `클라이언트가 믿어야 할 인증서: ${path}`,
    faultsOn: '켜짐',
    faultsHint: '요청을 일부러 실패시킬 수 있어요(POST /retry_test).',
    pointClients: '다른 창에서 쓰는 도구를 이렇게 연결하세요.',
    posix: 'bash, zsh',
    fish: 'fish',
    powershell: 'PowerShell',
    orByHand: '변수를 직접 설정해도 돼요.',
    thenTry: '이제 이렇게 해 보세요.',
    stopHint: 'Ctrl-C를 누르면 꺼져요. 데이터는 남아요.',
    stopped: '샌드박스를 껐어요. 데이터는 남아 있으니 다시 켜면 그대로예요: cloudlab sandbox start',
    wasReset: '샌드박스에 든 것을 모두 지웠어요.',
    nothingToReset: '샌드박스에 데이터가 없어서 지울 것도 없어요.',
    confirmReset: (path) => `${path}에 있는 버킷과 객체를 모두 지울까요?`,
    resetDeclined: '아무것도 바꾸지 않았어요.',
    resetWhat: '샌드박스에 든 것 모두 지우기',
    notRunning: '실행 중인 샌드박스가 없어요.',
    startWith: '이렇게 켜요: cloudlab sandbox start',
    status: {
      process: '프로세스',
      data: '데이터',
      tls: 'TLS',
      ca: '인증서',
      faults: '오류 주입',
      started: '켠 시각',
      clock: '시계',
      holds: '내용',
    },
    holds: (buckets, objects, bytes) =>
      `버킷 ${number(buckets)}개, 객체 ${number(objects)}개, ${number(bytes)}바이트`,
  },

  clock: {
    shows: (time) => `샌드박스 시계: ${time}`,
    ahead: (seconds) =>
      seconds === 0
        ? '실제 시각과 같아요.'
        : `실제 시각보다 ${span(seconds)} 앞서 있어요. 되돌리려면 cloudlab sandbox reset으로 모두 지워야 해요.`,
    caughtUp: '그때까지 일어나야 할 일을 모두 마쳤어요.',
  },

  ssh: {
    elsewhere: '다른 방법',
    onGcp: '실제 GCP 프로젝트의 VM',
    withOpenssh: 'OpenSSH 프로그램으로',
    keyMade: (path) => `키 쌍을 만들었어요: ${path}`,
    waiting: (name) => `${josa(name, '을/를')} 기다리는 중…`,
    config: (path) =>
      `${path}에 썼어요. 이렇게 쓰세요: scp -F ${path} 파일 VM:  또는 ~/.ssh/config에 한 줄 추가: Include ${path}`,
    noneRunning: '실행 중인 VM이 없어요.',
  },

  env: {
    forShell: (command) => `이렇게 실행하면 적용돼요: ${command}`,
  },

  doctor: {
    title: '이 컴퓨터',
    node: 'Node.js',
    nodeOld: (wanted) => `Node.js ${wanted} 이상을 설치하세요.`,
    home: '데이터 디렉터리',
    homeWritable: '쓰기 가능',
    terminal: '터미널',
    terminalSize: (columns) => `${columns}칸`,
    terminalNone: '없음 (파이프)',
    colour: (on) => (on ? '색 있음' : '색 없음'),
    language: '언어',
    sandbox: '샌드박스',
    sandboxNone: '꺼져 있음 (미션은 샌드박스를 알아서 켜요)',
    ledgers: '남은 것',
    ledgersNone: '없음',
    ledgersSome: (count) => `끝나지 않은 실행 ${count}개`,
    ledgersFix: '이렇게 치워요: cloudlab cleanup',
    gcloud: 'gcloud',
    gcloudMissing: '설치되지 않음 (샌드박스를 직접 다룰 때만 필요해요)',
    gcloudFix: 'https://cloud.google.com/sdk/docs/install',
    python: 'Python',
    pythonMissing: '설치되지 않음 (Python 미션에만 필요해요)',
    credentials: 'Google 인증 정보',
    credentialsNone: '없음 (--target gcp에만 필요해요)',
    credentialsFix: 'gcloud auth application-default login',
    allGood: '샌드박스에 필요한 것은 다 있어요.',
    someBad: '먼저 고칠 것이 있어요. 위를 보세요.',
    marks: { ok: '정상', note: '참고', bad: '문제' },
  },

  cleanup: {
    nothing: '남아 있는 것이 없어요.',
    run: (run, mission, when) => `미션 ${mission}, 실행 ${run} (${when})`,
    alive: (pid) =>
      `아직 실행 중이라 그대로 두었어요(프로세스 ${pid}). 강제로 치우려면 --force를 붙이세요.`,
    elsewhere: (host) =>
      `다른 컴퓨터(${host})에서 실행한 것이라 그대로 두었어요. 강제로 치우려면 --force를 붙이세요.`,
    clean: '깨끗해요. 남은 것이 없어요.',
    removed: (address) => `지움: ${address}`,
    left: (address) => `남음: ${address}`,
    summary: (runs, removed) => `실행 ${runs}개를 정리했고, ${removed}개를 지웠어요.`,
    unreachable: (reason) => `치우지 못했어요: ${reason}`,
    needsYes: (project) => `GCP 프로젝트 ${project}에 있어요. 거기까지 치우려면 --yes를 붙이세요.`,
  },

  completion: {
    install: {
      bash: '~/.bashrc에 넣으세요: eval "$(cloudlab completion bash)"',
      zsh: '~/.zshrc에 넣으세요: eval "$(cloudlab completion zsh)"',
      fish: '~/.config/fish/config.fish에 넣으세요: cloudlab completion fish | source',
      powershell:
        '$PROFILE에 넣으세요: cloudlab completion powershell | Out-String | Invoke-Expression',
    },
  },
};
