import type { Furniture } from './world.ts';

/** Where the startup script puts things; the texts of the mission name these. */
export const accessLog = '/var/log/shop/access.log';
export const secretFile = '/opt/lab/secret.txt';
export const ready = '/opt/lab/ready';

/**
 * Makes the VM into what the exercises need: a log, files, a secret of root's,
 * and a worker for every queue. It may run more than once, at every boot.
 */
export function startupScript({ log, word, queues, wildQueue, cached }: Furniture): string {
  return `#!/bin/bash
mkdir -p /opt/lab /var/log/shop /var/log/workers /srv/cache
cat > ${accessLog} <<'LOG'
${log.text}LOG
printf 'id,word\\n1,%s\\n' '${word}' > /opt/lab/data.csv
printf 'secret of %s\\n' '${word}' > ${secretFile}
chmod 600 ${secretFile}
${cached.map(({ name, bytes }) => `head -c ${bytes} /dev/zero > /srv/cache/${name}`).join('\n')}
cat > /opt/lab/worker.sh <<'WORKER'
#!/bin/bash
# One worker a queue; one of them cannot stop complaining.
while true; do
  if [ -f "/opt/lab/wild-$1" ]; then
    echo "$1: cannot reach the queue, trying again" >> "/var/log/workers/$1.log"
  fi
  sleep 1
done
WORKER
chmod 755 /opt/lab/worker.sh
${queues.map((queue) => `echo '${queue}: started' > /var/log/workers/${queue}.log`).join('\n')}
touch /opt/lab/wild-${wildQueue}
${queues.map((queue) => `nohup bash /opt/lab/worker.sh ${queue} > /dev/null 2>&1 &`).join('\n')}
touch ${ready}
`;
}
