import { josa } from 'es-hangul';
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
const kinds = { file: '파일', folder: '폴더' } as const;

export const errors: ErrorTexts = {
  'unknown-command': ({ name, nearest }) => ({
    what: `"${name}"라는 명령은 없어요.`,
    next: nearest === undefined ? seeHelp : `혹시 이건가요? cloudlab ${nearest}`,
  }),
  'unknown-option': ({ option, nearest }) => ({
    what: `여기에는 "${option}" 옵션이 없어요.`,
    next: nearest === undefined ? '--help를 붙이면 옵션이 나옵니다.' : `혹시 이건가요? ${nearest}`,
  }),
  'missing-argument': ({ name, usage }) => ({
    what: `${name} 값이 빠졌어요.`,
    next: `이렇게 쓰세요: ${usage}`,
  }),
  'missing-option-value': ({ option }) => ({
    what: `${option} 뒤에 값이 필요해요.`,
    next: '--help를 붙이면 예시가 나옵니다.',
  }),
  'excess-arguments': ({ extra, usage }) => ({
    what: `"${extra}"는 없어도 되는 말이에요.`,
    next: `이렇게 쓰세요: ${usage}`,
  }),
  'bad-option-value': ({ option, value, expected }) => ({
    what: `${option}에는 "${value}" 값을 쓸 수 없어요.`,
    next: `쓸 수 있는 값: ${expected}`,
  }),
  'unknown-mission': ({ id, nearest }) => ({
    what: `"${id}"라는 미션은 없어요.`,
    next:
      nearest === undefined
        ? '미션 목록은 이렇게 봅니다: cloudlab mission list'
        : `혹시 이건가요? cloudlab mission ${nearest}`,
  }),
  'unknown-lesson': ({ id, nearest }) => ({
    what: `"${id}"라는 레슨은 없어요.`,
    next:
      nearest === undefined
        ? '레슨 목록은 이렇게 봅니다: cloudlab lesson list'
        : `혹시 이건가요? cloudlab lesson ${nearest}`,
  }),
  'unknown-run': ({ id, known }) => ({
    what: `이 컴퓨터에는 끝나지 않은 실행 "${id}"가 없어요.`,
    next:
      known.length === 0
        ? '남은 것이 하나도 없으니 정리할 것도 없어요.'
        : `끝나지 않은 실행: ${known.join(', ')}`,
  }),
  'bad-setting': ({ variable, value, expected, source }) => ({
    what: `${variable} 값이 "${value}"로 되어 있어요.`,
    why: `${source === 'environment' ? '환경 변수' : source}에서 온 값이고, 쓸 수 있는 값은 ${josa(expectations[expected], '이에요/예요')}.`,
    next: `${josa(variable, '을/를')} 고치거나 지우세요. 변수마다 설명이 .env.example에 있어요.`,
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
        ? `정할 수 있는 것: ${known === '' ? '없음' : known}`
        : `혹시 이건가요? --set ${nearest}=…`,
  }),
  'bad-input': ({ name, value, expected }) => ({
    what: `${name} 값으로 "${value}"는 쓸 수 없어요.`,
    why: expected,
    next: `다른 값을 고르세요: --set ${name}=… 아직 아무것도 만들지 않았어요.`,
  }),
  'source-missing': ({ name, path, kind }) => ({
    what: `${path}에 ${josa(kinds[kind], '이/가')} 없어요.`,
    next: `--set ${name}=… 의 경로를 확인하거나, 빼면 준비된 ${josa(kinds[kind], '을/를')} 씁니다. 아직 아무것도 만들지 않았어요.`,
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
    what: `${josa(path, '은/는')} 더 새로운 cloudlab이 만든 데이터예요.`,
    why: `형식이 ${found}인데 이 버전은 ${supported}까지만 알아요. 데이터는 그대로 두었습니다.`,
    next: 'cloudlab을 업데이트하거나 다른 디렉터리를 쓰세요: CLOUDLAB_HOME=/다른/디렉터리',
  }),
  'data-in-use': ({ path, pid }) => ({
    what: `다른 샌드박스(프로세스 ${pid})가 ${josa(path, '을/를')} 쓰고 있어요.`,
    next: '먼저 멈추거나(cloudlab sandbox stop) 다른 디렉터리를 정하세요: --data 디렉터리',
  }),
  'port-in-use': ({ port }) => ({
    what: `포트 ${port}번은 다른 프로그램이 쓰고 있어요.`,
    next: '다른 포트를 고르세요: --port 번호. --port를 빼면 비어 있는 포트를 씁니다.',
  }),
  'port-forbidden': ({ port }) => ({
    what: `포트 ${port}번을 열 권한이 없어요.`,
    why: '1024번보다 낮은 포트는 관리자만 쓸 수 있습니다.',
    next: '1024번 이상을 고르세요: --port 번호. --port를 빼면 비어 있는 포트를 씁니다.',
  }),
  'sandbox-not-running': () => ({
    what: '실행 중인 샌드박스가 없어요.',
    next: '다른 창에서 시작하세요: cloudlab sandbox start',
  }),
  'sandbox-already-running': ({ url, pid }) => ({
    what: `샌드박스가 이미 ${url}에서 실행 중이에요(프로세스 ${pid}).`,
    next: '그것을 쓰거나 먼저 멈추세요: cloudlab sandbox stop',
  }),
  'sandbox-unreachable': ({ url, reason }) => ({
    what: `${url}의 샌드박스가 요청대로 움직이지 않았어요.`,
    why: reason,
    next: '샌드박스를 켠 창을 확인하거나, 그 창에서 Ctrl-C로 끝내세요.',
  }),
  'gcp-needs-project': () => ({
    what: 'GCP에서 실행하려면 프로젝트를 알려 주어야 해요.',
    why: '실제로 만들어지고 요금이 나올 곳이라 짐작해서 고르지 않습니다.',
    next: '--project 프로젝트ID 를 붙이세요. --target gcp를 빼면 모두 무료 샌드박스에서 이루어집니다.',
  }),
  'gcp-needs-confirmation': ({ project }) => ({
    what: `GCP 프로젝트 ${project}에서 실행하려면 확인이 필요한데, 물어볼 사람이 없어요.`,
    next: '정말 하려면 --yes를 붙이세요. 그 프로젝트에 실제 리소스가 만들어집니다.',
  }),
  'gcp-declined': () => ({
    what: 'GCP에서는 아무것도 하지 않았어요.',
    next: '--target gcp를 빼면 샌드박스에서 무료로 실행됩니다.',
  }),
  'gcp-credentials': ({ reason }) => ({
    what: '쓸 수 있는 애플리케이션 기본 사용자 인증 정보(ADC)가 없어요.',
    why: reason,
    next: '이렇게 로그인하세요: gcloud auth application-default login',
  }),
  'ledger-unwritable': ({ path, reason }) => ({
    what: `장부 ${josa(path, '을/를')} 쓸 수 없어요.`,
    why: `${reason}. 장부가 없으면 무엇을 치워야 할지 알 수 없으니 아무것도 만들지 않습니다.`,
    next: '디스크 공간이나 권한을 확인한 다음 실행하세요: cloudlab cleanup',
  }),
  'ledger-unreadable': ({ path, line }) => ({
    what: `장부 ${path}의 ${line}번째 줄을 이해할 수 없어요.`,
    why: '손상되었거나 더 새로운 버전이 쓴 줄이에요. 손대지 않고 그대로 두었습니다.',
    next: 'cloudlab을 업데이트하거나 파일을 열어 보세요. "intent" 줄에 남았을 수 있는 것의 이름이 있어요.',
  }),
  'unsupported-shell': ({ shell, supported }) => ({
    what: `"${shell}" 셸은 아직 몰라요.`,
    next: `아는 셸: ${supported}`,
  }),
  'not-confirmed': ({ what, option }) => ({
    what: `${what}: 확인이 필요한데 물어볼 사람이 없어요.`,
    next: `정말 하려면 ${josa(option, '을/를')} 붙이세요.`,
  }),
};
