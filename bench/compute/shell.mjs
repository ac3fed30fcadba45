/** How long after RUNNING a shell in a VM answers: through a real SSH connection. */
import ssh2 from 'ssh2';
import { median, startWithMachines } from './machines.mjs';

const GOAL_MS = 300;

export async function shell(rounds) {
  const server = await startWithMachines();
  const { private: privateKey, public: publicKey } = ssh2.utils.generateKeyPairSync('ed25519');
  const first = [];
  const again = [];
  const metadata = [{ key: 'ssh-keys', value: `learner:${publicKey}` }];
  for (let round = 0; round <= rounds; round += 1) {
    // Nobody makes the next VM at once.
    await pause(1500);
    const name = `shell-${round}`;
    await server.wait(await server.create(name, metadata));
    const running = performance.now();
    const { machines } = await server.get('/_cloudlab/compute/machines');
    let found = machines.find((one) => one.name === name);
    while (found?.ssh === undefined) {
      await pause(5);
      const looked = await server.get('/_cloudlab/compute/machines');
      found = looked.machines.find((one) => one.name === name);
    }
    await answer(found.ssh, privateKey);
    first.push(performance.now() - running);
    const begun = performance.now();
    await answer(found.ssh, privateKey);
    again.push(performance.now() - begun);
    await server.post(`/compute/v1/${server.zone}/instances/${name}/stop`);
  }
  const [cold, ...warm] = first.map(Math.round);
  console.log(
    `shell: answers ${median(warm)} ms after RUNNING (at most ${Math.max(...warm)}), that of a sandbox's first VM ${cold} ms (goal ${GOAL_MS}); a second login takes ${median(again).toFixed(0)} ms`,
  );
  await server.stop();
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function answer({ host, port }, privateKey) {
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client();
    client.on('error', reject);
    client.on('ready', () => {
      client.exec('echo ready', (error, channel) => {
        if (error) return reject(error);
        let text = '';
        channel.on('data', (chunk) => {
          text += chunk;
        });
        channel.on('close', () => {
          client.end();
          if (text === 'ready\n') resolve();
          else reject(new Error(`the shell answered ${JSON.stringify(text)}`));
        });
      });
    });
    // As OpenSSH does; otherwise small packets wait for each other.
    client.on('connect', () => client.setNoDelay(true));
    client.connect({ host, port, username: 'learner', privateKey });
  });
}
