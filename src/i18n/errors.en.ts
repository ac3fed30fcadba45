import { myComputer } from '../cloud/my-computer.ts';
import type { ErrorCode, ErrorDetails, Expectation } from '../errors.ts';

/** What happened; why, where that is not plain; what to do next. */
export interface ErrorText {
  readonly what: string;
  readonly why?: string;
  readonly next: string;
}

export type ErrorTexts = {
  readonly [Code in ErrorCode]: (details: ErrorDetails[Code]) => ErrorText;
};

const expectations: Readonly<Record<Expectation, string>> = {
  text: 'any text',
  directory: 'the path of a directory',
  language: 'ko or en',
  port: 'a port from 0 (any free one) to 65535',
  target: 'sandbox or gcp',
  switch: '1 or 0',
  colour: '0, 1, 2, 3, true or false',
};

const seeHelp = 'See what there is with: cloudlab --help';

const again =
  'Export it again where it comes from: cloudlab progress export FILE. Nothing was changed here.';

export const errors: ErrorTexts = {
  'unknown-command': ({ name, nearest }) => ({
    what: `There is no command "${name}".`,
    next: nearest === undefined ? seeHelp : `Did you mean: cloudlab ${nearest}`,
  }),
  'unknown-option': ({ option, nearest }) => ({
    what: `There is no option "${option}" here.`,
    next: nearest === undefined ? 'Add --help to see the options.' : `Did you mean: ${nearest}`,
  }),
  'missing-argument': ({ name, usage }) => ({
    what: `${name} is missing.`,
    next: `Write: ${usage}`,
  }),
  'missing-option-value': ({ option }) => ({
    what: `The option ${option} needs a value.`,
    next: 'Add --help to see an example.',
  }),
  'excess-arguments': ({ extra, usage }) => ({
    what: `There is one argument too many: "${extra}"`,
    next: `Write: ${usage}`,
  }),
  'bad-option-value': ({ option, value, expected }) => ({
    what: `${option} cannot be "${value}".`,
    next: `Expected: ${expected}.`,
  }),
  'unknown-mission': ({ id, nearest }) => ({
    what: `There is no mission "${id}".`,
    next:
      nearest === undefined
        ? 'See all missions with: cloudlab mission list'
        : `Did you mean: cloudlab mission ${nearest}`,
  }),
  'unknown-lesson': ({ id, nearest }) => ({
    what: `There is no lesson "${id}".`,
    next:
      nearest === undefined
        ? 'See all lessons with: cloudlab lesson list'
        : `Did you mean: cloudlab lesson ${nearest}`,
  }),
  'unknown-product': ({ name, nearest }) => ({
    what: `No product is called "${name}" here.`,
    next:
      nearest === undefined
        ? `See all with: cloudlab compare, or look for it with: cloudlab search ${name}`
        : `Did you mean: cloudlab compare "${nearest}"`,
  }),
  'unknown-term': ({ name, nearest }) => ({
    what: `The glossary has no word "${name}".`,
    next:
      nearest === undefined
        ? `See all with: cloudlab glossary, or look for it with: cloudlab search ${name}`
        : `Did you mean: cloudlab glossary "${nearest}"`,
  }),
  'guided-elsewhere': ({ mission, pid, host }) => ({
    what: `The mission ${mission} is being done in another window.`,
    why: `Process ${pid}${host === undefined ? '' : ` on ${host}`} is at work on it, and one is done at a time.`,
    next: 'Go on there, or leave it there with q.',
  }),
  'guided-other-sandbox': ({ url, mission }) => ({
    what: `This run of ${mission} has a sandbox of its own, and another one is running.`,
    why: `Your tools would find the one at ${url}.`,
    next: 'Stop it with: cloudlab sandbox stop, and come back.',
  }),
  'guided-needs-terminal': () => ({
    what: 'A mission is done by hand at a terminal only.',
    next: 'Leave --guided out (and --json), or open a terminal.',
  }),
  'name-taken': ({ address }) => ({
    what: `${address} is there already.`,
    why: 'It could not be told from what you are going to make.',
    next: 'Choose another name with --set; cloudlab mission ID --help lists what can be set.',
  }),
  'unknown-run': ({ id, known }) => ({
    what: `This machine has no unfinished run "${id}".`,
    next:
      known.length === 0
        ? 'Nothing is left behind by any run; there is nothing to clean.'
        : `Unfinished runs: ${known.join(', ')}`,
  }),
  'bad-setting': ({ variable, value, expected, source }) => ({
    what: `${variable} is set to "${value}".`,
    why: `It comes from ${source === 'environment' ? 'the environment' : source}; expected: ${expectations[expected]}.`,
    next: `Correct ${variable} or remove it. .env.example describes every variable.`,
  }),
  'unreadable-env-file': ({ path, reason }) => ({
    what: `${path} cannot be read.`,
    why: reason,
    next: 'Make it readable, or run cloudlab in another directory.',
  }),
  'unknown-input': ({ name, mission, nearest, known }) => ({
    what: `The mission ${mission} has no setting "${name}".`,
    next:
      nearest === undefined
        ? `What can be set: ${known === '' ? 'nothing' : known}`
        : `Did you mean: --set ${nearest}=…`,
  }),
  'bad-input': ({ name, value, expected }) => ({
    what: `"${value}" cannot be used as ${name}.`,
    why: expected,
    next: `Choose another: --set ${name}=… Nothing has been created.`,
  }),
  'source-unusable': ({ name, path, kind, why, reason }) => ({
    what: {
      missing: `There is no ${kind} at ${path}.`,
      'wrong-kind': `${path} is not a ${kind}.`,
      empty: `There are no files in ${path}.`,
      unreadable: `${path} cannot be read.`,
    }[why],
    ...(reason === undefined ? {} : { why: reason }),
    next: `Check the path in --set ${name}=…, or leave it out to use a prepared ${kind}. Nothing has been created.`,
  }),
  'home-unusable': ({ path, reason }) => ({
    what: `cloudlab cannot keep its data in ${path}.`,
    why: reason,
    next: 'Make the directory writable, or name another: CLOUDLAB_HOME=/some/directory',
  }),
  'data-unusable': ({ path, reason }) => ({
    what: `The sandbox cannot keep its data in ${path}.`,
    why: reason,
    next: 'Make the directory writable, or name another: --data DIR',
  }),
  'data-newer': ({ path, found, supported }) => ({
    what: `${path} was made by a newer cloudlab.`,
    why: `Its format is ${found}; this version knows up to ${supported}. Nothing in it was changed.`,
    next: 'Update cloudlab, or use another directory: CLOUDLAB_HOME=/some/directory',
  }),
  'data-in-use': ({ path, pid }) => ({
    what: `Another sandbox (process ${pid}) works on ${path}.`,
    next: 'Wait until it is done, stop it (cloudlab sandbox stop), or name another directory: --data DIR',
  }),
  'port-in-use': ({ port }) => ({
    what: `Port ${port} is taken by another program.`,
    next: 'Choose another: --port N. Without --port any free port is used.',
  }),
  'port-forbidden': ({ port }) => ({
    what: `This user may not listen on port ${port}.`,
    why: 'Ports below 1024 are reserved for the administrator.',
    next: 'Choose one from 1024 up: --port N. Without --port any free port is used.',
  }),
  'sandbox-not-running': () => ({
    what: 'No sandbox is running.',
    next: 'Start one in another window: cloudlab sandbox start',
  }),
  'sandbox-without-tls': () => ({
    what: 'The running sandbox does not listen over TLS.',
    next: 'Stop it, and start it again with: cloudlab sandbox start --tls',
  }),
  'sandbox-auth-differs': ({ url, mode, wanted }) => ({
    what: `The sandbox that runs at ${url} is in the mode ${mode}, not ${wanted}.`,
    next: 'Leave --auth out to use it as it is, or stop it first: cloudlab sandbox stop',
  }),
  'sandbox-refuses-nobody': ({ url }) => ({
    what: 'This mission is about being refused, and the sandbox that runs refuses nobody.',
    why: `At ${url}, whoever shows no token counts as the owner.`,
    next: 'Stop it, and start the mission again, which brings a sandbox of its own: cloudlab sandbox stop. What is in it stays. (Or start it with --auth enforce.)',
  }),
  'already-in-shell': ({ url }) => ({
    what: 'This already is a cloudlab shell.',
    why: `Its tools are pointed at the sandbox at ${url}.`,
    next: 'Go on in it, or leave it with exit and open another.',
  }),
  'shell-needs-terminal': () => ({
    what: 'A shell needs a terminal, and here is none.',
    next: 'To run one command: cloudlab exec -- COMMAND. To set the variables in a script: eval "$(cloudlab env)"',
  }),
  'shell-missing': ({ shell }) => ({
    what: `The shell ${shell} is not installed.`,
    next: 'Install it, or name another: cloudlab shell --shell bash',
  }),
  'command-missing': ({ command }) => ({
    what: `There is no program "${command}".`,
    why:
      command === 'gcloud'
        ? 'The Google Cloud CLI is not installed. The sandbox does not need it: curl, aws and client libraries do as well.'
        : 'It is not in any directory of PATH. What is built into a shell, pipes and && need one.',
    next:
      command === 'gcloud'
        ? 'Install it: https://cloud.google.com/sdk/docs/install, or try: cloudlab exec -- sh -c \'curl "$CLOUDLAB_URL/storage/v1/b?project=$GOOGLE_CLOUD_PROJECT"\''
        : `Check the name, or run it in a shell: cloudlab exec -- sh -c '${command} …'`,
  }),
  'command-unusable': ({ command, reason }) => ({
    what: `"${command}" cannot be run.`,
    why: reason,
    next: 'Make it executable (chmod +x), or name the program that runs it before it.',
  }),
  'option-of-command': ({ option, usage }) => ({
    what: `cloudlab has no option ${option} here.`,
    why: 'What belongs to the command that is to be run comes after --.',
    next: `Write: ${usage}`,
  }),
  'sandbox-already-running': ({ url, pid }) => ({
    what: `A sandbox is already running at ${url} (process ${pid}).`,
    next: 'Use that one, or stop it first: cloudlab sandbox stop',
  }),
  'sandbox-unreachable': ({ url, asked }) => ({
    what: `The sandbox at ${url} did not do what it was asked.`,
    why: {
      start: 'It does not answer although it was started.',
      stop: 'It was asked to stop and goes on.',
      reset: 'It was asked to delete everything and did not.',
      advance: 'It was asked to move its clock and did not say that it has.',
      reach: 'It was asked about a way through its network and did not answer.',
      machines: 'It was asked for its virtual machines and did not name them.',
    }[asked],
    next: 'Look at the window in which it runs, or end it there with Ctrl-C.',
  }),
  'bad-duration': ({ value }) => ({
    what: `"${value}" is not a time by which the clock can be moved.`,
    next: 'Write a number and a unit, minutes, hours, days or weeks: 45m, 12h, 30d or 2w',
  }),
  'clock-too-far': () => ({
    what: 'The clock cannot be moved that far.',
    why: "The sandbox's time ends with the year 2199. The clock stands where it stood.",
    next: 'Move it less: cloudlab clock advance 30d',
  }),
  'gcp-needs-project': () => ({
    what: 'A run on GCP needs to be told the project.',
    why: 'It is never guessed: things would be created, and billed, there.',
    next: 'Add: --project PROJECT_ID. Without --target gcp everything stays in the free sandbox.',
  }),
  'gcp-needs-confirmation': ({ project }) => ({
    what: `A run on the GCP project ${project} must be confirmed, and there is no terminal to ask in.`,
    next: 'Add --yes if you mean it: real resources are created in that project.',
  }),
  'gcp-declined': () => ({
    what: 'Nothing was done on GCP.',
    next: 'Without --target gcp the mission runs in the sandbox, free of charge.',
  }),
  'gcp-credentials': ({ reason }) => ({
    what: 'There are no Application Default Credentials that work.',
    why: reason,
    next: 'Log in with: gcloud auth application-default login',
  }),
  'ledger-unwritable': ({ path, reason }) => ({
    what: `The ledger ${path} cannot be written.`,
    why: `${reason}. Without it nothing may be created, because nobody would know how to clean up.`,
    next: 'Free some space or make the directory writable, then run: cloudlab cleanup',
  }),
  'ledger-unreadable': ({ path, line }) => ({
    what: `Line ${line} of the ledger ${path} is not one that this cloudlab understands.`,
    why: 'It was damaged, or written by a newer version. It was left as it is.',
    next: 'Update cloudlab, or look into the file: its "intent" lines name what may be left.',
  }),
  'unknown-vm': ({ name, zone, nearest, known }) => ({
    what: `The sandbox has no VM "${name}"${zone === undefined ? '' : ` in ${zone}`}.`,
    ...(known === '' ? {} : { why: `It has: ${known}` }),
    next:
      nearest === undefined
        ? 'See all with: gcloud compute instances list'
        : `Did you mean: cloudlab ssh ${nearest}`,
  }),
  'ambiguous-vm': ({ name, zones }) => ({
    what: `There is a VM "${name}" in more than one zone.`,
    next: `Say which: cloudlab ssh ${name} --zone ${zones.join(' | ')}`,
  }),
  'unknown-endpoint': ({ name, nearest, known }) => ({
    what: `The sandbox has no VM "${name}".`,
    ...(known === '' ? {} : { why: `It has: ${known}` }),
    next:
      nearest === undefined
        ? 'A VM, an address, my-computer, internet, metadata and google-apis can be asked about.'
        : `Did you mean: ${nearest}`,
  }),
  'ambiguous-endpoint': ({ name, zones }) => ({
    what: `There is a VM "${name}" in more than one zone.`,
    next: `Say which: ${zones.map((zone) => `${zone}/${name}`).join(' | ')}`,
  }),
  'ambiguous-address': ({ name, names }) => ({
    what: `VMs of several networks have the address ${name}.`,
    next: `Say which VM: ${names.join(' | ')}`,
  }),
  'no-way-to-ask': ({ from, to, sender }) => ({
    what: sender
      ? `Nothing in the sandbox connects from ${from}.`
      : `From ${from} to ${to}: both are outside of the sandbox.`,
    next: 'One end has to be a VM; who connects is a VM, an address or my-computer.',
  }),
  'bad-user': ({ user }) => ({
    what: `Nobody can log in as "${user}".`,
    why: 'A user name has up to 32 letters, digits, _ and -, begins with a letter or _, and is not root, whom the images do not let in.',
    next: 'Choose another: --user NAME. In the VM, sudo gives you the rights of root.',
  }),
  'vm-not-running': ({ name, zone, status }) => ({
    what:
      status === 'RUNNING'
        ? `${name} is RUNNING, but its SSH server (sshd) does not answer.`
        : `${name} is ${status}; one can only log in to a VM that is RUNNING.`,
    next:
      status === 'SUSPENDED'
        ? `Wake it up: gcloud compute instances resume ${name} --zone ${zone}`
        : status === 'TERMINATED'
          ? `Start it: gcloud compute instances start ${name} --zone ${zone}`
          : status === 'RUNNING'
            ? `Boot it again: gcloud compute instances reset ${name} --zone ${zone}`
            : 'Wait until that is over, and try again.',
  }),
  'vm-blocked': ({ name, zone, network, why, rule, reason }) => ({
    what: `The network does not let this machine reach tcp:22 of ${name}; ssh would wait and time out.`,
    why: {
      'no-address':
        'It has no external IP address. From outside there is then no way in but IAP, which the sandbox does not have.',
      rule: `The firewall rule ${rule} refuses it.`,
      'no-rule': `No firewall rule of the network ${network} allows tcp:22 from here, and what is not allowed is refused.`,
      other: `There is no way from here to there (${reason}).`,
    }[why],
    next: {
      'no-address': `Give it one: gcloud compute instances add-access-config ${name} --zone ${zone}`,
      rule: `Look at it: gcloud compute firewall-rules describe ${rule}. A rule with a smaller priority number wins.`,
      'no-rule': `Allow it: gcloud compute firewall-rules create allow-ssh --network ${network} --allow tcp:22 --source-ranges ${myComputer}/32`,
      other: `See the way: cloudlab network reach me ${name} --zone ${zone} --port 22`,
    }[why],
  }),
  'ssh-keys-unwritable': ({ reason }) => ({
    what: "Your public key could not be added to the project's metadata (ssh-keys).",
    why: reason,
    next: 'Try again. The keys that are there: gcloud compute project-info describe',
  }),
  'ssh-failed': ({ name, zone, fault, reason }) => ({
    what: `There was no login to ${name}, or it was cut off.`,
    why: {
      timeout: `It did not answer: ${reason}.`,
      refused: 'Nothing listens for SSH: it is stopped, or still boots.',
      'host-key': `It does not have the host key that the sandbox knows of it: ${reason}.`,
      denied: 'It does not accept this key for this user.',
      lost: `The connection broke: ${reason}.`,
      'too-long': reason,
    }[fault],
    next: `Look at it: gcloud compute instances describe ${name} --zone ${zone}, and at what it printed: gcloud compute instances get-serial-port-output ${name} --zone ${zone}`,
  }),
  'progress-newer': ({ path, found, supported }) => ({
    what: `The progress in ${path} was written by a newer cloudlab.`,
    why: `Its format is ${found}; this version knows up to ${supported}. Nothing in it was changed.`,
    next: 'Update cloudlab.',
  }),
  'progress-unreadable': ({ path, reason }) => ({
    what: `Your progress in ${path} cannot be read.`,
    why: reason,
    next: 'Make the directory readable for you, or name another: CLOUDLAB_HOME=/some/directory',
  }),
  'progress-unwritable': ({ path, reason }) => ({
    what: `Your progress cannot be written to ${path}.`,
    why: reason,
    next: 'Free some space or make the directory writable. What was kept before is still there.',
  }),
  'transfer-unusable': ({ path, why, reason }) => ({
    what: {
      missing: `There is no file ${path}.`,
      unreadable: `${path} cannot be read.`,
      unwritable: `${path} cannot be written.`,
      'too-large': `${path} is too large to be somebody's progress.`,
      'not-json': `${path} is not a file from cloudlab progress export, or only a part of one.`,
      'not-progress': `${path} is not a file from cloudlab progress export.`,
      changed: `${path} is not as it was exported: something in it was damaged or edited.`,
      damaged: `What ${path} says makes no sense as progress.`,
    }[why],
    ...(reason === undefined ? {} : { why: reason }),
    next: {
      missing: 'Name a file that cloudlab progress export has written.',
      unreadable: 'Make it readable, or name another file.',
      unwritable: 'Name another file: cloudlab progress export FILE',
      'too-large': 'Name a file that cloudlab progress export has written.',
      'not-json': again,
      'not-progress': 'Name a file that cloudlab progress export has written.',
      changed: again,
      damaged: again,
    }[why],
  }),
  'export-exists': ({ path }) => ({
    what: `${path} exists, and is something else than exported progress.`,
    next: 'Name another file: cloudlab progress export FILE. Nothing was changed.',
  }),
  'unsupported-shell': ({ shell, supported }) => ({
    what: `cloudlab does not know the shell "${shell}".`,
    next: `Known shells: ${supported}`,
  }),
  'not-a-repository': ({ cwd }) => ({
    what: `${cwd} is not in a checkout of cloudlab.`,
    why: 'Lessons and missions are written in the repository; an installed cloudlab has them compiled only.',
    next: 'Clone the repository, and run this in its folder.',
  }),
  'unknown-content': ({ id, nearest }) => ({
    what: `There is no lesson and no mission "${id}".`,
    next:
      nearest === undefined
        ? `Make one with: cloudlab author new lesson ${id}`
        : `Did you mean: ${nearest}`,
  }),
  'bad-content-id': ({ id }) => ({
    what: `"${id}" cannot be an id.`,
    why: 'An id is a folder name, a word to type and part of stored progress: lower case, digits and single dashes.',
    next: 'Write for example: cloudlab author new lesson message-queue',
  }),
  'content-exists': ({ folder }) => ({
    what: `${folder} exists already. Nothing was changed.`,
    next: 'Choose another id, or remove the folder yourself.',
  }),
  'lesson-file-differs': ({ name }) => ({
    what: `${name} exists here, with something else in it. Nothing was written.`,
    next: 'Go to an empty folder and try again.',
  }),
  'lesson-file-unwritable': ({ path, reason }) => ({
    what: `${path} cannot be written.`,
    why: reason,
    next: 'Go to a folder of your own and try again.',
  }),
  'mission-sandbox-only': ({ mission }) => ({
    what: `The mission ${mission} runs in the sandbox only, for now.`,
    why: 'It proves in the audit log that your program has downloaded the object itself. On GCP, reads of objects are not logged unless a project switches its data access logs on, and the program would need credentials of yours, which cloudlab does not hand to it.',
    next: `Leave --target gcp out: cloudlab mission ${mission}`,
  }),
  'mission-open-sandbox-only': ({ mission }) => ({
    what: `The running sandbox wants to see credentials, and the mission ${mission} cannot show any.`,
    why: "Google's library for Node.js sends credentials to Google's own address only, unless the program says otherwise.",
    next: `Stop the sandbox (cloudlab sandbox stop) or start it without --auth enforce. Or do the same in Python: cloudlab mission python-storage`,
  }),
  'python-missing': ({ minimum }) => ({
    what: 'No Python was found on this machine.',
    why: `The names python3, python and py were looked for on the PATH. Version ${minimum} or later is needed.`,
    next: 'Install it from https://www.python.org/downloads/ or with the package manager of your system. Or do the same in JavaScript: cloudlab mission node-storage',
  }),
  'python-too-old': ({ path, found, minimum }) => ({
    what: `Python ${found} is too old.`,
    why: `It is ${path}. google-cloud-storage needs Python ${minimum} or later.`,
    next: 'Install a later one from https://www.python.org/downloads/ and put it on the PATH as python3. Or do the same in JavaScript: cloudlab mission node-storage',
  }),
  'python-without-venv': ({ path, version }) => ({
    what: `Python ${version} cannot make virtual environments here.`,
    why: `${path} has no ensurepip: Debian and Ubuntu keep it in a package of its own.`,
    next: `sudo apt install python${version}-venv, and then the same command again. Or do the same in JavaScript: cloudlab mission node-storage`,
  }),
  'npm-missing': () => ({
    what: 'node and npm were not found on this machine.',
    why: 'cloudlab itself runs on a Node.js, but none is on the PATH, or its npm is missing.',
    next: 'Install Node.js from https://nodejs.org/, npm comes with it. Or do the same in Python: cloudlab mission python-storage',
  }),
  'packages-need-consent': ({ packages }) => ({
    what: `${packages} has to be downloaded first, and there is no terminal to ask in.`,
    why: 'It goes into a folder of its own; nothing else on this machine is changed.',
    next: 'Add --yes if you agree.',
  }),
  'packages-declined': ({ other }) => ({
    what: 'Nothing was downloaded, and nothing was started.',
    next: `Without the client library this mission cannot be done. Missions that need no download: cloudlab mission list. The same mission in another language: cloudlab mission ${other}-storage`,
  }),
  'packages-unreachable': ({ packages, reason, language, other }) => ({
    what: `${packages} could not be downloaded: no network, or nobody answers.`,
    why: reason,
    next: `Go online once; afterwards the mission works without a network. Where a proxy or a mirror is needed, set HTTPS_PROXY or ${language === 'python' ? 'PIP_INDEX_URL' : 'npm_config_registry'}. What has arrived is kept. Without a network the other missions work: cloudlab mission list; and if the library for the other language is here already: cloudlab mission ${other}-storage`,
  }),
  'packages-failed': ({ packages, reason, other }) => ({
    what: `${packages} could not be installed.`,
    why: reason,
    next: `Try again with --verbose to see each step. Or do the same in another language: cloudlab mission ${other}-storage`,
  }),
  'not-confirmed': ({ what, option }) => ({
    what: `${what} needs a confirmation, and there is no terminal to ask in.`,
    next: `Add ${option} if you mean it.`,
  }),
};
