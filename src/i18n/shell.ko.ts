import type { shell as english } from './shell.en.ts';

export const shell: typeof english = {
  greeting: (url, project) =>
    `cloudlab 셸이에요. 여기서는 모든 클라우드 도구가 ${url} 샌드박스(프로젝트 ${project})와 이야기해요. 요금은 들지 않고, 여러분의 진짜 계정과 설정은 건드리지 않아요.`,
  enforced:
    '여기서는 요청하는 쪽이 누구인지 밝혀야 해요. 도구들은 learner@example.com으로 요청해요.',
  tryThis: '해 보기:',
  leave: (own) =>
    own
      ? 'exit로 나가요. 이 셸을 위해 켠 샌드박스라서 함께 꺼지고, 데이터는 남아요.'
      : 'exit로 나가요. 먼저 켜져 있던 샌드박스는 계속 실행돼요.',
  withoutGcloud: (others) =>
    `gcloud가 설치되어 있지 않아요. ${others.length === 0 ? 'HTTP 요청을 보낼 수 있는 도구면 무엇이든 돼요' : `대신 쓸 수 있는 것: ${others.join(', ')}`}. 설치하려면: https://cloud.google.com/sdk/docs/install`,
  oldGcloud: (found, oldest) =>
    `gcloud가 ${found}이에요. cloudlab이 보여 주는 명령에는 ${oldest} 이상이 필요해요. 업데이트: gcloud components update (apt나 brew로 설치했다면 apt나 brew로)`,
  left: (own) =>
    own
      ? 'cloudlab 셸에서 나왔어요. 샌드박스는 꺼졌고 데이터는 남아 있어요.'
      : 'cloudlab 셸에서 나왔어요. 샌드박스는 계속 실행 중이에요.',
  notYet: '아직 없는 것',
  bq: 'BigQuery는 아직 샌드박스에 없어요. 요청하면 없다고 답해요',
  psql: 'Cloud SQL은 아직 샌드박스에 없어요. psql은 그대로 둬요',
  java: 'Java는 변수를 읽지 않아요: StorageOptions.newBuilder().setHost(System.getenv("CLOUDLAB_URL"))',
};
