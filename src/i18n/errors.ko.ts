import { myComputer } from '../cloud/my-computer.ts';
import type { Expectation } from '../errors.ts';
import type { ErrorTexts } from './errors.en.ts';

const expectations: Readonly<Record<Expectation, string>> = {
  text: '아무 글자',
  directory: '디렉터리 경로',
  language: 'ko 또는 en',
  port: '0(비어 있는 포트)부터 65535까지의 포트 번호',
  target: 'sandbox 또는 gcp',
  switch: '1 또는 0',
  colour: '0, 1, 2, 3, true, false 중 하나',
};

const seeHelp = '전체 명령은 이렇게 볼 수 있어요: cloudlab --help';
/** With its particles written out: a library for them would be loaded with every command. */
const kinds = {
  file: { subject: '파일이', object: '파일을' },
  folder: { subject: '폴더가', object: '폴더를' },
} as const;

const again =
  '원래 컴퓨터에서 다시 내보내세요: cloudlab progress export FILE. 여기 기록은 그대로예요.';

export const errors: ErrorTexts = {
  'unknown-command': ({ name, nearest }) => ({
    what: `"${name}" 명령은 없어요.`,
    next: nearest === undefined ? seeHelp : `혹시 이건가요? cloudlab ${nearest}`,
  }),
  'unknown-option': ({ option, nearest }) => ({
    what: `여기에는 "${option}" 옵션이 없어요.`,
    next: nearest === undefined ? '--help를 붙이면 옵션이 나와요.' : `혹시 이건가요? ${nearest}`,
  }),
  'missing-argument': ({ name, usage }) => ({
    what: `${name} 인자가 빠졌어요.`,
    next: `이렇게 쓰세요: ${usage}`,
  }),
  'missing-option-value': ({ option }) => ({
    what: `${option} 뒤에 값이 필요해요.`,
    next: '--help를 붙이면 예시가 나와요.',
  }),
  'excess-arguments': ({ extra, usage }) => ({
    what: `인자가 하나 더 있어요: "${extra}"`,
    next: `이렇게 쓰세요: ${usage}`,
  }),
  'bad-option-value': ({ option, value, expected }) => ({
    what: `${option}에는 "${value}" 값을 쓸 수 없어요.`,
    next: `쓸 수 있는 값: ${expected}`,
  }),
  'unknown-mission': ({ id, nearest }) => ({
    what: `"${id}" 미션은 없어요.`,
    next:
      nearest === undefined
        ? '미션 목록은 이렇게 볼 수 있어요: cloudlab mission list'
        : `혹시 이건가요? cloudlab mission ${nearest}`,
  }),
  'unknown-lesson': ({ id, nearest }) => ({
    what: `"${id}" 레슨은 없어요.`,
    next:
      nearest === undefined
        ? '레슨 목록은 이렇게 볼 수 있어요: cloudlab lesson list'
        : `혹시 이건가요? cloudlab lesson ${nearest}`,
  }),
  'unknown-product': ({ name, nearest }) => ({
    what: `이런 이름의 제품은 찾지 못했어요: ${name}`,
    next:
      nearest === undefined
        ? `전체 보기: cloudlab compare, 찾아보기: cloudlab search ${name}`
        : `혹시 이것인가요: cloudlab compare "${nearest}"`,
  }),
  'unknown-term': ({ name, nearest }) => ({
    what: `용어집에 없는 말이에요: ${name}`,
    next:
      nearest === undefined
        ? `전체 보기: cloudlab glossary, 찾아보기: cloudlab search ${name}`
        : `혹시 이것인가요: cloudlab glossary "${nearest}"`,
  }),
  'guided-elsewhere': ({ mission, pid, host }) => ({
    what: `${mission} 미션을 다른 창에서 하고 있어요.`,
    why: `프로세스 ${pid}${host === undefined ? '' : `(${host})`}에서 하는 중이고, 한 번에 하나만 할 수 있어요.`,
    next: '그 창에서 이어서 하거나, 거기서 q를 눌러 나오세요.',
  }),
  'guided-other-sandbox': ({ url, mission }) => ({
    what: `하다 만 ${mission} 미션에는 전용 샌드박스가 있는데, 지금 다른 샌드박스가 실행 중이에요.`,
    why: `도구들이 ${url}에 있는 샌드박스를 찾게 돼요.`,
    next: 'cloudlab sandbox stop으로 멈추고 다시 오세요.',
  }),
  'guided-needs-terminal': () => ({
    what: '미션을 직접 하려면 터미널이 있어야 해요.',
    next: '--guided(와 --json)를 빼거나 터미널에서 실행하세요.',
  }),
  'name-taken': ({ address }) => ({
    what: `같은 이름이 벌써 있어요: ${address}`,
    why: '앞으로 만들 것과 구별할 수 없어요.',
    next: '--set으로 다른 이름을 고르세요. 무엇을 바꿀 수 있는지는 cloudlab mission 이름 --help에 있어요.',
  }),
  'unknown-run': ({ id, known }) => ({
    what: `이 컴퓨터에는 끝나지 않은 "${id}" 실행이 없어요.`,
    next:
      known.length === 0
        ? '남은 것이 하나도 없으니 정리할 것도 없어요.'
        : `끝나지 않은 실행: ${known.join(', ')}`,
  }),
  'bad-setting': ({ variable, value, expected, source }) => ({
    what: `${variable}에 "${value}" 값은 쓸 수 없어요.`,
    why: `${source === 'environment' ? '환경 변수' : source}에서 온 값이에요. 쓸 수 있는 값: ${expectations[expected]}`,
    next: `${variable} 값을 고치거나 지우세요. 변수마다 설명이 .env.example에 있어요.`,
  }),
  'unreadable-env-file': ({ path, reason }) => ({
    what: `${path} 파일을 읽을 수 없어요.`,
    why: reason,
    next: '읽기 권한을 주거나 다른 디렉터리에서 실행하세요.',
  }),
  'unknown-input': ({ name, mission, nearest, known }) => ({
    what: `${mission} 미션에는 "${name}" 설정이 없어요.`,
    next:
      nearest === undefined
        ? `바꿀 수 있는 설정: ${known === '' ? '없음' : known}`
        : `혹시 이건가요? --set ${nearest}=…`,
  }),
  'bad-input': ({ name, value, expected }) => ({
    what: `${name}에 "${value}" 값은 쓸 수 없어요.`,
    why: expected,
    next: `다른 값을 고르세요: --set ${name}=… 아직 아무것도 만들지 않았어요.`,
  }),
  'source-unusable': ({ name, path, kind, why, reason }) => ({
    what: {
      missing: `${kinds[kind].subject} 없어요: ${path}`,
      'wrong-kind': `${kinds[kind].subject} 아니에요: ${path}`,
      empty: `안에 파일이 없어요: ${path}`,
      unreadable: `읽을 수 없어요: ${path}`,
    }[why],
    ...(reason === undefined ? {} : { why: reason }),
    next: `--set ${name}=… 의 경로를 확인하거나, 빼면 준비된 ${kinds[kind].object} 써요. 아직 아무것도 만들지 않았어요.`,
  }),
  'home-unusable': ({ path, reason }) => ({
    what: `${path}에 데이터를 저장할 수 없어요.`,
    why: reason,
    next: '쓰기 권한을 주거나 다른 디렉터리를 정하세요: CLOUDLAB_HOME=/다른/디렉터리',
  }),
  'data-unusable': ({ path, reason }) => ({
    what: `샌드박스가 ${path}에 데이터를 저장할 수 없어요.`,
    why: reason,
    next: '쓰기 권한을 주거나 다른 디렉터리를 정하세요: --data 디렉터리',
  }),
  'data-newer': ({ path, found, supported }) => ({
    what: `더 새로운 cloudlab에서 만든 데이터예요: ${path}`,
    why: `데이터 형식 버전: ${found}, 이 cloudlab에서 쓸 수 있는 버전: ${supported}까지. 데이터는 그대로 두었어요.`,
    next: 'cloudlab을 업데이트하거나 다른 디렉터리를 쓰세요: CLOUDLAB_HOME=/다른/디렉터리',
  }),
  'data-in-use': ({ path, pid }) => ({
    what: `다른 샌드박스(프로세스 ${pid})가 이 데이터를 쓰고 있어요: ${path}`,
    next: '끝날 때까지 기다리거나, 끄거나(cloudlab sandbox stop), 다른 디렉터리를 정하세요: --data 디렉터리',
  }),
  'port-in-use': ({ port }) => ({
    what: `포트 ${port}번은 다른 프로그램이 쓰고 있어요.`,
    next: '다른 포트를 고르세요: --port 번호. --port를 빼면 비어 있는 포트를 써요.',
  }),
  'port-forbidden': ({ port }) => ({
    what: `포트 ${port}번을 열 권한이 없어요.`,
    why: '1024번보다 낮은 포트는 관리자만 쓸 수 있어요.',
    next: '1024번 이상을 고르세요: --port 번호. --port를 빼면 비어 있는 포트를 써요.',
  }),
  'sandbox-not-running': () => ({
    what: '실행 중인 샌드박스가 없어요.',
    next: '다른 창에서 켜세요: cloudlab sandbox start',
  }),
  'sandbox-without-tls': () => ({
    what: '실행 중인 샌드박스는 TLS로 받지 않아요.',
    next: '껐다가 이렇게 다시 켜세요: cloudlab sandbox start --tls',
  }),
  'sandbox-auth-differs': ({ url, mode, wanted }) => ({
    what: `${url}에서 실행 중인 샌드박스는 ${wanted} 모드가 아니라 ${mode} 모드예요.`,
    next: '그대로 쓰려면 --auth를 빼세요. 바꾸려면 먼저 멈추세요: cloudlab sandbox stop',
  }),
  'sandbox-refuses-nobody': ({ url }) => ({
    what: '거절당해 보는 미션인데, 지금 실행 중인 샌드박스는 아무도 거절하지 않아요.',
    why: `${url}에서는 토큰이 없는 요청도 소유자의 요청으로 봐요.`,
    next: '샌드박스를 끄고 미션을 다시 시작하세요. 미션이 알맞은 샌드박스를 따로 켜요: cloudlab sandbox stop. 안에 든 것은 그대로 남아요. (--auth enforce로 켜 두어도 돼요.)',
  }),
  'already-in-shell': ({ url }) => ({
    what: '이미 cloudlab 셸 안에 있어요.',
    why: `이 셸의 도구는 ${url} 샌드박스를 가리키고 있어요.`,
    next: '그대로 쓰거나, exit로 나간 다음 새로 여세요.',
  }),
  'shell-needs-terminal': () => ({
    what: '셸을 열려면 터미널이 필요한데, 여기에는 없어요.',
    next: '명령 하나만 실행하려면: cloudlab exec -- 명령. 스크립트에서 변수를 설정하려면: eval "$(cloudlab env)"',
  }),
  'shell-missing': ({ shell }) => ({
    what: `${shell} 셸이 설치되어 있지 않아요.`,
    next: '설치하거나 다른 셸을 고르세요: cloudlab shell --shell bash',
  }),
  'command-missing': ({ command }) => ({
    what: `"${command}" 프로그램이 없어요.`,
    why:
      command === 'gcloud'
        ? 'Google Cloud CLI가 설치되어 있지 않아요. 샌드박스를 쓰는 데 꼭 필요하지는 않아요. curl, aws, 클라이언트 라이브러리로도 돼요.'
        : 'PATH의 어느 디렉터리에도 없어요. 셸 내장 명령, 파이프, &&를 쓰려면 셸이 있어야 해요.',
    next:
      command === 'gcloud'
        ? '설치: https://cloud.google.com/sdk/docs/install 또는 이렇게 해 보세요: cloudlab exec -- sh -c \'curl "$CLOUDLAB_URL/storage/v1/b?project=$GOOGLE_CLOUD_PROJECT"\''
        : `이름을 확인하거나 셸로 실행하세요: cloudlab exec -- sh -c '${command} …'`,
  }),
  'command-unusable': ({ command, reason }) => ({
    what: `"${command}" 프로그램을 실행할 수 없어요.`,
    why: reason,
    next: '실행 권한을 주거나(chmod +x), 그것을 실행할 프로그램을 앞에 쓰세요.',
  }),
  'option-of-command': ({ option, usage }) => ({
    what: `여기서 cloudlab에는 ${option} 옵션이 없어요.`,
    why: '실행할 명령에 딸린 것은 -- 뒤에 써요.',
    next: `이렇게 쓰세요: ${usage}`,
  }),
  'sandbox-already-running': ({ url, pid }) => ({
    what: `샌드박스가 이미 ${url}에서 실행 중이에요(프로세스 ${pid}).`,
    next: '그대로 쓰거나, 먼저 끄세요: cloudlab sandbox stop',
  }),
  'sandbox-unreachable': ({ url, asked }) => ({
    what: `샌드박스가 요청을 제대로 처리하지 못했어요: ${url}`,
    why: {
      start: '켰는데도 응답이 없어요.',
      stop: '끄라고 했는데도 계속 켜져 있어요.',
      reset: '모두 지우라고 했는데 지우지 않았어요.',
      advance: '시계를 돌리라고 했는데 마쳤다는 답이 없어요.',
      reach: '네트워크에서 연결되는지 물었지만 답하지 않았어요.',
      machines: 'VM 목록을 물었지만 알려 주지 않았어요.',
    }[asked],
    next: '샌드박스를 켠 창을 확인하거나, 그 창에서 Ctrl-C로 끝내세요.',
  }),
  'bad-duration': ({ value }) => ({
    what: `"${value}"만큼 시계를 돌릴 수는 없어요.`,
    next: '숫자와 단위를 붙여 쓰세요. m은 분, h는 시간, d는 일, w는 주예요: 45m, 12h, 30d, 2w',
  }),
  'clock-too-far': () => ({
    what: '시계를 그렇게 멀리 돌릴 수는 없어요.',
    why: '샌드박스 시계는 2199년까지만 있어요. 시계는 그대로예요.',
    next: '더 짧게 돌리세요: cloudlab clock advance 30d',
  }),
  'gcp-needs-project': () => ({
    what: 'GCP에서 실행하려면 프로젝트를 정해 주세요.',
    why: '실제로 리소스가 생기고 요금이 나올 수 있는 곳이라, 짐작해서 고르지 않아요.',
    next: '이렇게 붙이세요: --project 프로젝트ID. --target gcp를 빼면 무료 샌드박스에서만 실행돼요.',
  }),
  'gcp-needs-confirmation': ({ project }) => ({
    what: `GCP 프로젝트 ${project}에서 실행하려면 확인이 필요한데, 답할 터미널이 없어요.`,
    next: '정말 하려면 --yes를 붙이세요. 그 프로젝트에 실제 리소스가 만들어져요.',
  }),
  'gcp-declined': () => ({
    what: 'GCP에서는 아무것도 하지 않았어요.',
    next: '--target gcp를 빼면 샌드박스에서 무료로 실행돼요.',
  }),
  'gcp-credentials': ({ reason }) => ({
    what: '쓸 수 있는 애플리케이션 기본 사용자 인증 정보(ADC)가 없어요.',
    why: reason,
    next: '이렇게 로그인하세요: gcloud auth application-default login',
  }),
  'ledger-unwritable': ({ path, reason }) => ({
    what: `기록 파일에 쓸 수 없어요: ${path}`,
    why: `${reason}. 기록이 없으면 무엇을 치워야 할지 알 수 없어서 아무것도 만들지 않아요.`,
    next: '디스크 공간이나 권한을 확인한 다음 실행하세요: cloudlab cleanup',
  }),
  'ledger-unreadable': ({ path, line }) => ({
    what: `기록 파일의 ${line}번째 줄을 해석할 수 없어요: ${path}`,
    why: '파일이 손상되었거나, 더 새로운 버전의 cloudlab에서 쓴 줄이에요. 손대지 않고 그대로 두었어요.',
    next: 'cloudlab을 업데이트하거나 파일을 열어 보세요. 남아 있을지 모르는 것의 이름이 "intent" 줄에 있어요.',
  }),
  'unknown-vm': ({ name, zone, nearest, known }) => ({
    what: `샌드박스${zone === undefined ? '' : `의 ${zone}`}에 "${name}" VM이 없어요.`,
    ...(known === '' ? {} : { why: `있는 VM: ${known}` }),
    next:
      nearest === undefined
        ? '전체 목록은 이렇게 볼 수 있어요: gcloud compute instances list'
        : `혹시 이건가요? cloudlab ssh ${nearest}`,
  }),
  'ambiguous-vm': ({ name, zones }) => ({
    what: `"${name}" VM이 여러 영역(zone)에 있어요.`,
    next: `어느 것인지 알려 주세요: cloudlab ssh ${name} --zone ${zones.join(' | ')}`,
  }),
  'unknown-endpoint': ({ name, nearest, known }) => ({
    what: `샌드박스에 "${name}" VM이 없어요.`,
    ...(known === '' ? {} : { why: `있는 VM: ${known}` }),
    next:
      nearest === undefined
        ? 'VM 이름, 주소, my-computer, internet, metadata, google-apis를 쓸 수 있어요.'
        : `혹시 이건가요? ${nearest}`,
  }),
  'ambiguous-endpoint': ({ name, zones }) => ({
    what: `"${name}" VM이 여러 영역(zone)에 있어요.`,
    next: `어느 것인지 알려 주세요: ${zones.map((zone) => `${zone}/${name}`).join(' | ')}`,
  }),
  'ambiguous-address': ({ name, names }) => ({
    what: `${name} 주소를 가진 VM이 여러 네트워크에 있어요.`,
    next: `어느 VM인지 알려 주세요: ${names.join(' | ')}`,
  }),
  'no-way-to-ask': ({ from, to, sender }) => ({
    what: sender
      ? `샌드박스에서 ${from}에서 시작하는 연결은 없어요.`
      : `${from}에서 ${to}: 둘 다 샌드박스 밖에 있어요.`,
    next: '한쪽은 VM이어야 해요. 거는 쪽에는 VM, 주소, my-computer를 쓸 수 있어요.',
  }),
  'bad-user': ({ user }) => ({
    what: `"${user}" 사용자로는 로그인할 수 없어요.`,
    why: '사용자 이름은 영문자나 _로 시작하고 영문자, 숫자, _, -만 32자까지 쓸 수 있어요. root는 이미지가 로그인을 막아 두었어요.',
    next: '다른 이름을 쓰세요: --user 이름. root 권한은 VM 안에서 sudo로 얻어요.',
  }),
  'vm-not-running': ({ name, zone, status }) => ({
    what:
      status === 'RUNNING'
        ? `VM ${name}: RUNNING이지만 SSH 서버(sshd)가 대답하지 않아요.`
        : `VM ${name}의 지금 상태: ${status}. RUNNING인 VM에만 로그인할 수 있어요.`,
    next:
      status === 'SUSPENDED'
        ? `깨우세요: gcloud compute instances resume ${name} --zone ${zone}`
        : status === 'TERMINATED'
          ? `켜세요: gcloud compute instances start ${name} --zone ${zone}`
          : status === 'RUNNING'
            ? `다시 부팅하세요: gcloud compute instances reset ${name} --zone ${zone}`
            : '끝날 때까지 기다렸다가 다시 해 보세요.',
  }),
  'vm-blocked': ({ name, zone, network, why, rule, reason }) => ({
    what: `네트워크가 막고 있어서 이 컴퓨터에서 ${name}의 tcp:22에 닿을 수 없어요. ssh로 접속하면 기다리다가 시간이 초과돼요.`,
    why: {
      'no-address':
        '외부 IP 주소가 없어요. 그러면 밖에서 들어갈 길은 IAP뿐인데, 샌드박스에는 IAP가 없어요.',
      rule: `거부하는 방화벽 규칙이 있어요: ${rule ?? ''}`,
      'no-rule': `${network} 네트워크에 여기서 오는 tcp:22를 허용하는 방화벽 규칙이 없어요. 허용하지 않은 것은 모두 거부돼요.`,
      other: `여기서 거기로 가는 길이 없어요 (${reason}).`,
    }[why],
    next: {
      'no-address': `주소를 붙이세요: gcloud compute instances add-access-config ${name} --zone ${zone}`,
      rule: `규칙을 살펴보세요: gcloud compute firewall-rules describe ${rule}. priority 숫자가 작은 규칙이 이겨요.`,
      'no-rule': `허용하세요: gcloud compute firewall-rules create allow-ssh --network ${network} --allow tcp:22 --source-ranges ${myComputer}/32`,
      other: `경로를 살펴보세요: cloudlab network reach me ${name} --zone ${zone} --port 22`,
    }[why],
  }),
  'ssh-keys-unwritable': ({ reason }) => ({
    what: '공개 키를 프로젝트 메타데이터(ssh-keys)에 넣지 못했어요.',
    why: reason,
    next: '다시 해 보세요. 지금 있는 키는 이렇게 볼 수 있어요: gcloud compute project-info describe',
  }),
  'ssh-failed': ({ name, zone, fault, reason }) => ({
    what: `${name}에 로그인하지 못했거나, 접속이 끊겼어요.`,
    why: {
      timeout: `대답이 없어요: ${reason}`,
      refused: 'SSH를 듣는 프로그램이 없어요. VM이 꺼져 있거나 아직 부팅 중이에요.',
      'host-key': `샌드박스가 아는 호스트 키와 달라요: ${reason}`,
      denied: '이 사용자로는 이 키를 받아 주지 않아요.',
      lost: `접속이 끊겼어요: ${reason}`,
      'too-long': reason,
    }[fault],
    next: `VM을 살펴보세요: gcloud compute instances describe ${name} --zone ${zone} (부팅 기록: gcloud compute instances get-serial-port-output ${name} --zone ${zone})`,
  }),
  'progress-newer': ({ path, found, supported }) => ({
    what: `${path}에 있는 학습 기록은 더 새로운 cloudlab이 쓴 거예요.`,
    why: `기록 형식이 ${found}인데 이 버전은 ${supported}까지만 알아요. 기록은 하나도 건드리지 않았어요.`,
    next: 'cloudlab을 업데이트하세요.',
  }),
  'progress-unreadable': ({ path, reason }) => ({
    what: `${path}에 있는 학습 기록을 읽을 수 없어요.`,
    why: reason,
    next: '디렉터리를 읽을 수 있게 바꾸거나 다른 곳을 쓰세요: CLOUDLAB_HOME=/some/directory',
  }),
  'progress-unwritable': ({ path, reason }) => ({
    what: `학습 기록을 ${path}에 저장할 수 없어요.`,
    why: reason,
    next: '디스크 공간을 비우거나 디렉터리를 쓸 수 있게 바꾸세요. 지금까지의 기록은 그대로 있어요.',
  }),
  'transfer-unusable': ({ path, why, reason }) => ({
    what: {
      missing: `${path} 파일이 없어요.`,
      unreadable: `${path} 파일을 읽을 수 없어요.`,
      unwritable: `${path} 파일을 쓸 수 없어요.`,
      'too-large': `${path} 파일은 학습 기록이라기에는 너무 커요.`,
      'not-json': `${path} 파일은 cloudlab progress export로 만든 것이 아니거나, 중간에 잘렸어요.`,
      'not-progress': `${path} 파일은 cloudlab progress export로 만든 것이 아니에요.`,
      changed: `${path} 파일이 내보낸 그대로가 아니에요. 손상되었거나 누가 고쳤어요.`,
      damaged: `${path} 파일에 학습 기록으로는 말이 안 되는 내용이 있어요.`,
    }[why],
    ...(reason === undefined ? {} : { why: reason }),
    next: {
      missing: 'cloudlab progress export로 만든 파일의 이름을 적으세요.',
      unreadable: '읽을 수 있게 바꾸거나 다른 파일을 쓰세요.',
      unwritable: '다른 파일 이름을 쓰세요: cloudlab progress export FILE',
      'too-large': 'cloudlab progress export로 만든 파일의 이름을 적으세요.',
      'not-json': again,
      'not-progress': 'cloudlab progress export로 만든 파일의 이름을 적으세요.',
      changed: again,
      damaged: again,
    }[why],
  }),
  'export-exists': ({ path }) => ({
    what: `${path} 파일이 이미 있는데, 내보낸 학습 기록이 아니에요.`,
    next: '다른 파일 이름을 쓰세요: cloudlab progress export FILE. 바뀐 것은 없어요.',
  }),
  'unsupported-shell': ({ shell, supported }) => ({
    what: `"${shell}" 셸은 아직 지원하지 않아요.`,
    next: `지원하는 셸: ${supported}`,
  }),
  'not-a-repository': ({ cwd }) => ({
    what: `${cwd} 폴더는 cloudlab 저장소 안이 아니에요.`,
    why: '레슨과 미션은 저장소에서 써요. 설치된 cloudlab에는 컴파일된 것만 들어 있어요.',
    next: '저장소를 복제(clone)하고 그 폴더에서 실행하세요.',
  }),
  'unknown-content': ({ id, nearest }) => ({
    what: `이런 이름의 레슨이나 미션은 없어요: ${id}`,
    next:
      nearest === undefined
        ? `새로 만들려면: cloudlab author new lesson ${id}`
        : `혹시 이것인가요: ${nearest}`,
  }),
  'bad-content-id': ({ id }) => ({
    what: `id로 쓸 수 없는 이름이에요: ${id}`,
    why: 'id는 폴더 이름이자 입력할 단어이자 저장된 진도의 이름이에요. 영어 소문자와 숫자, 한 번씩만 이어지는 하이픈으로 지어요.',
    next: '예를 들면 이렇게 쓰세요: cloudlab author new lesson message-queue',
  }),
  'content-exists': ({ folder }) => ({
    what: `${folder} 폴더가 이미 있어요. 아무것도 바꾸지 않았어요.`,
    next: '다른 id를 고르거나, 그 폴더를 직접 지우세요.',
  }),
  'lesson-file-differs': ({ name }) => ({
    what: `${name} 파일이 여기에 이미 있고 내용이 달라요. 아무것도 쓰지 않았어요.`,
    next: '빈 폴더로 가서 다시 해 보세요.',
  }),
  'lesson-file-unwritable': ({ path, reason }) => ({
    what: `${path} 파일을 쓸 수 없어요.`,
    why: reason,
    next: '내 폴더로 가서 다시 해 보세요.',
  }),
  'mission-sandbox-only': ({ mission }) => ({
    what: `이 미션(${mission})은 아직 샌드박스에서만 할 수 있어요.`,
    why: '프로그램이 객체를 직접 내려받았다는 사실을 감사 로그로 확인하는 미션이에요. GCP는 데이터 액세스 로그를 켜지 않으면 객체를 읽은 기록이 남지 않고, 프로그램에 내 인증 정보를 넘겨야 하는데 cloudlab은 그렇게 하지 않아요.',
    next: `--target gcp를 빼고 실행하세요: cloudlab mission ${mission}`,
  }),
  'mission-open-sandbox-only': ({ mission }) => ({
    what: `지금 켜진 샌드박스는 인증 정보를 요구하는데, 이 미션(${mission})의 프로그램은 보여 줄 수가 없어요.`,
    why: 'Google의 Node.js 라이브러리는 프로그램에 따로 적지 않으면 Google의 주소로만 인증 정보를 보내요.',
    next: '샌드박스를 끄거나(cloudlab sandbox stop) --auth enforce 없이 켜세요. Python으로 같은 미션을 할 수도 있어요: cloudlab mission python-storage',
  }),
  'python-missing': ({ minimum }) => ({
    what: '이 컴퓨터에서 Python을 찾지 못했어요.',
    why: `PATH에서 python3, python, py를 찾아봤어요. ${minimum} 이상이 필요해요.`,
    next: 'https://www.python.org/downloads/ 나 운영체제의 패키지 관리자로 설치하세요. JavaScript로 같은 미션을 할 수도 있어요: cloudlab mission node-storage',
  }),
  'python-too-old': ({ path, found, minimum }) => ({
    what: `찾은 Python(${found})이 너무 오래된 버전이에요.`,
    why: `위치는 ${path}예요. google-cloud-storage에는 Python ${minimum} 이상이 필요해요.`,
    next: 'https://www.python.org/downloads/ 에서 새 버전을 설치하고 PATH에서 python3으로 실행되게 하세요. JavaScript로 같은 미션을 할 수도 있어요: cloudlab mission node-storage',
  }),
  'python-without-venv': ({ path, version }) => ({
    what: `Python ${version}은 있지만 가상 환경을 만들 수 없어요.`,
    why: `${path}에 ensurepip이 없어요. Debian과 Ubuntu는 이것을 따로 된 패키지에 넣어 둬요.`,
    next: `sudo apt install python${version}-venv를 실행한 다음 같은 명령을 다시 실행하세요. JavaScript로 같은 미션을 할 수도 있어요: cloudlab mission node-storage`,
  }),
  'npm-missing': () => ({
    what: '이 컴퓨터에서 node와 npm을 찾지 못했어요.',
    why: 'cloudlab도 Node.js로 실행되지만, PATH에 node가 없거나 npm이 빠져 있어요.',
    next: 'https://nodejs.org/ 에서 Node.js를 설치하면 npm도 함께 설치돼요. Python으로 같은 미션을 할 수도 있어요: cloudlab mission python-storage',
  }),
  'packages-need-consent': ({ packages }) => ({
    what: `먼저 ${packages}을 내려받아야 하는데, 물어볼 터미널이 없어요.`,
    why: '따로 만든 폴더에만 설치하고, 이 컴퓨터의 다른 것은 바꾸지 않아요.',
    next: '괜찮다면 --yes를 붙이세요.',
  }),
  'packages-declined': ({ other }) => ({
    what: '아무것도 내려받지 않았고, 시작하지도 않았어요.',
    next: `이 미션은 클라이언트 라이브러리가 있어야 할 수 있어요. 내려받을 것이 없는 미션은 cloudlab mission list에서 고르세요. 다른 언어로 하려면: cloudlab mission ${other}-storage`,
  }),
  'packages-unreachable': ({ packages, reason, language, other }) => ({
    what: `${packages}을 내려받지 못했어요. 네트워크가 없거나 서버가 대답하지 않아요.`,
    why: reason,
    next: `한 번만 인터넷에 연결하면 그다음부터는 네트워크 없이도 돼요. 프록시나 미러가 필요하면 HTTPS_PROXY나 ${language === 'python' ? 'PIP_INDEX_URL' : 'npm_config_registry'} 변수를 설정하세요. 이미 받은 것은 남아 있어요. 다른 미션은 네트워크 없이 할 수 있고(cloudlab mission list), 다른 언어의 라이브러리를 이미 받아 두었다면 cloudlab mission ${other}-storage도 돼요.`,
  }),
  'packages-failed': ({ packages, reason, other }) => ({
    what: `${packages}을 설치하지 못했어요.`,
    why: reason,
    next: `--verbose를 붙이면 단계마다 무엇을 했는지 보여요. 다른 언어로 하려면: cloudlab mission ${other}-storage`,
  }),
  'not-confirmed': ({ what, option }) => ({
    what: `${what}: 확인이 필요한데, 답할 터미널이 없어요.`,
    next: `정말 하려면 ${option} 옵션을 붙이세요.`,
  }),
};
