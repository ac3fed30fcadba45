import { expect } from 'vitest';
import type { Given, Sitting } from './sitting.ts';

/**
 * What somebody types in the VM of `vm-shell` who has read the tasks and not the hints; a line
 * each, for the shell that `log in with` opens. No tool for an API reaches there.
 */
export async function lookAround(at: Sitting, given: Given): Promise<void> {
  await typeInVm(at, given, [
    'mkdir ~/lab; cd ~/lab',
    'hostname > machine.txt; uname -r >> machine.txt; nproc >> machine.txt',
    '. /etc/os-release; echo "$PRETTY_NAME" >> machine.txt',
  ]);
}

/** The six tasks that follow, in one login: files, permissions, log, processes, disk, web. */
export async function workInVm(at: Sitting, given: Given): Promise<void> {
  const { folder, 'word of this run': word } = given;
  const log = '/var/log/shop/access.log';
  await typeInVm(at, given, [
    `mkdir -p ${folder}/data ${folder}/notes; cd ${folder}`,
    'cp /opt/lab/data.csv data',
    `echo ${word} > draft.txt; mv draft.txt notes/메모.txt`,
    `echo '#!/bin/bash' > run.sh; echo 'echo ${word}' >> run.sh; chmod u=rwx,g=rx,o= run.sh`,
    'sudo cat /opt/lab/secret.txt > secret.txt; chmod 600 secret.txt',
    `awk '$9 == 500' ${log} | wc -l > ~/lab/errors.txt`,
    `awk '{print $1}' ${log} | sort | uniq -c | sort -n | tail -n 1 | awk '{print $2}' > ~/lab/busiest.txt`,
    // The culprit is the one whose log has grown.
    "wild=$(wc -l /var/log/workers/*.log | sort -n | tail -n 2 | head -n 1 | awk '{print $2}')",
    'wild=$(basename "$wild" .log)',
    `sudo kill $(ps -eo pid,args | grep "[w]orker.sh $wild" | awk '{print $1}')`,
    'df -h / > ~/lab/disk.txt; cat /proc/meminfo > ~/lab/memory.txt',
    'sudo rm /srv/cache/$(ls -S /srv/cache | head -n 1)',
    'sudo apt-get update; sudo apt-get install -y nginx',
    `echo '<h1>${word}</h1>' | sudo tee /var/www/html/index.html`,
    'sudo systemctl start nginx',
  ]);
}

async function typeInVm(at: Sitting, given: Given, lines: readonly string[]): Promise<void> {
  const { code, stderr } = await at.type(String(given['log in with']), `${lines.join('\n')}\n`);
  expect([code, stderr]).toEqual([0, expect.anything()]);
}
