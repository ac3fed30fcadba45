/** What a person types in the VM, task by task: shown as it is, and run as it is by the solution. */
import { accessLog, secretFile } from './startup-script.ts';
import { largestOf, type World } from './world.ts';

export const typed = {
  'look-around': () => [
    'mkdir -p ~/lab',
    'hostname > ~/lab/machine.txt',
    'uname -r >> ~/lab/machine.txt',
    'grep PRETTY_NAME /etc/os-release >> ~/lab/machine.txt',
    'nproc >> ~/lab/machine.txt',
  ],

  files: ({ project, word }: World) => [
    `mkdir -p ~/lab/${project}/data ~/lab/${project}/notes`,
    `cp /opt/lab/data.csv ~/lab/${project}/data/`,
    `echo '${word}' > ~/lab/${project}/draft.txt`,
    `mv ~/lab/${project}/draft.txt ~/lab/${project}/notes/메모.txt`,
    `ls -R ~/lab/${project}`,
  ],

  permissions: ({ project, word }: World) => [
    `printf '#!/bin/bash\\necho ${word}\\n' > ~/lab/${project}/run.sh`,
    `chmod 750 ~/lab/${project}/run.sh`,
    `~/lab/${project}/run.sh`,
    `sudo cp ${secretFile} ~/lab/${project}/secret.txt`,
    `sudo chown "$USER" ~/lab/${project}/secret.txt`,
    `chmod 600 ~/lab/${project}/secret.txt`,
    `ls -l ~/lab/${project}`,
  ],

  log: () => [
    `head -n 3 ${accessLog}`,
    `grep -c '" 500 ' ${accessLog} > ~/lab/errors.txt`,
    `cut -d ' ' -f 1 ${accessLog} | sort | uniq -c | sort -rn | head -n 1 | awk '{print $2}' > ~/lab/busiest.txt`,
  ],

  processes: ({ wildQueue }: World) => [
    'wc -l /var/log/workers/*.log',
    'ps aux | grep worker.sh',
    // Anchored: sudo's own command line holds the name as well.
    `sudo pkill -f '^bash /opt/lab/worker.sh ${wildQueue}'`,
  ],

  disk: (world: World) => [
    'df -h / > ~/lab/disk.txt',
    'grep MemTotal /proc/meminfo > ~/lab/memory.txt',
    'ls -lS /srv/cache',
    `sudo rm /srv/cache/${largestOf(world)}`,
  ],

  web: ({ word }: World) => [
    'sudo apt-get update',
    'sudo apt-get install -y nginx',
    `echo '${word}' | sudo tee /var/www/html/index.html`,
    'sudo systemctl start nginx',
    'curl -s http://localhost/',
  ],
} as const;
