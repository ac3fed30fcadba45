import type { Userland } from '../kernel/userland.ts';
import { absentPrograms } from './commands/absent.ts';
import { accountPrograms } from './commands/accounts.ts';
import { aptPrograms } from './commands/apt.ts';
import { changePrograms } from './commands/change.ts';
import { environmentPrograms } from './commands/environment.ts';
import { filesystemPrograms } from './commands/filesystems.ts';
import { findPrograms } from './commands/find.ts';
import { httpPrograms } from './commands/http.ts';
import { ls } from './commands/ls.ts';
import { machinePrograms } from './commands/machine.ts';
import { networkPrograms } from './commands/network.ts';
import { processPrograms } from './commands/processes.ts';
import { pythonPrograms } from './commands/python.ts';
import { statPrograms } from './commands/stat.ts';
import { sudoPrograms } from './commands/sudo.ts';
import { systemPrograms } from './commands/systemctl.ts';
import { textPrograms } from './commands/text.ts';
import { git } from './git/git.ts';
import { imageOf } from './images/image.ts';
import { mountTexts } from './proc/mount.ts';
import { bootMachine, resumeMachine, shutdownMachine } from './services/boot.ts';
import { record } from './services/journal.ts';
import { hasWork } from './services/manager.ts';

/** The machine that a beginner meets: images, programs and services above the kernel. */
export const userland: Userland = {
  programs: [
    ls,
    ...statPrograms,
    ...changePrograms,
    ...textPrograms,
    ...machinePrograms,
    ...findPrograms,
    ...environmentPrograms,
    ...filesystemPrograms,
    ...processPrograms,
    ...accountPrograms,
    ...sudoPrograms,
    ...networkPrograms,
    ...httpPrograms,
    ...systemPrograms,
    ...aptPrograms,
    git,
    ...absentPrograms,
    ...pythonPrograms,
  ],
  image: imageOf,
  mount: mountTexts,
  boot: bootMachine,
  resume: resumeMachine,
  busy: hasWork,
  log: record,
  shutdown: shutdownMachine,
};
