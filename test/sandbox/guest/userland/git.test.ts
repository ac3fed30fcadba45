import { spawnSync } from 'node:child_process';
import { mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tempDir } from '../../support.ts';
import { type Machine, machine } from './support.ts';

/**
 * The same lines in a VM and on this machine: what git prints has to be the same, but for object
 * ids and dates. The messages are those of git 2.39, so another git here is no measure.
 */
const version = spawnSync('git', ['--version'], { encoding: 'utf8' }).stdout ?? '';
const real = /2\.(39|4[0-3])\./.test(version);
const reason = `the messages are those of git 2.39; here is ${version.trim() || 'no git'}`;

async function withGit(): Promise<Machine> {
  const vm = await machine();
  const done = await vm.run('sudo apt-get update -q && sudo apt-get install -y git');
  expect(done.code, done.stderr).toBe(0);
  return vm;
}

function sameWords(text: string): string {
  return text
    .replaceAll(/\b[0-9a-f]{40}\b/g, '<oid>')
    .replaceAll(/\b[0-9a-f]{7}\b/g, '<id>')
    .replaceAll(/\w{3} \w{3} \d+ [\d:]{8} \d{4} \+0000/g, '<date>')
    .replaceAll(/\d+ seconds? ago/g, '<ago>')
    .replaceAll(/ +$/gm, '');
}

/** Runs lines one after the other in `~/work` of both; their outputs have to be the same. */
async function compare(lines: readonly string[]): Promise<Machine> {
  const vm = await withGit();
  vm.network = () => 'unresolved';
  const home = realpathSync(await tempDir());
  mkdirSync(join(home, 'work'));
  await vm.run('mkdir ~/work');
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    TZ: 'UTC',
    LC_ALL: 'C.UTF-8',

    GIT_CONFIG_NOSYSTEM: '1',
  };
  const differences: string[] = [];
  for (const line of lines) {
    const there = await vm.run(`cd ~/work && ${line}`);
    const here = spawnSync('bash', ['-c', line], {
      cwd: join(home, 'work'),
      env,
      encoding: 'utf8',
    });
    const [own, wanted] = [
      { code: there.code, stdout: there.stdout, stderr: there.stderr },
      { code: here.status, stdout: here.stdout, stderr: here.stderr },
    ].map((one) =>
      sameWords(`${one.code}\n${one.stdout}\n--\n${one.stderr}`).replaceAll(home, '/home/alice'),
    );
    if (own !== wanted) differences.push(`$ ${line}\n>>> in the VM: ${own}\n>>> git: ${wanted}`);
  }
  expect(differences.join('\n\n'), vmLog(vm)).toBe('');
  return vm;
}

function vmLog(vm: Machine): string {
  return vm.log.join('\n');
}

const identity =
  'git config --global user.name "김하늘" && git config --global user.email haneul@example.com';

it.skipIf(!real)(
  `says what git says, from init to the first commits${real ? '' : ` (${reason})`}`,
  async () => {
    const vm = await compare([
      'git status',
      'git init',
      'git init',
      'git status',
      'git log',
      'echo hello > a.txt; git status',
      'git add .; git status',
      'git rm --cached a.txt; git status -s; git add a.txt',
      'git config user.name',
      'git config --global --list',
      identity,
      'git config --list --global; git config user.email; git config core.bare',
      'git commit',
      'git commit -m "첫 번째 커밋"',
      'git status',
      'git commit -m nothing',
      'git log',
      'git log --oneline',
      'echo world >> a.txt; git status; git diff',
      'git diff --staged; git diff --name-only; git diff --stat',
      'git add a.txt; git diff; git diff --staged; git diff --cached --stat',
      'git restore --staged a.txt; git status -s',
      'git commit -am "Say world"',
      'printf "x\\ny" > 한글.txt; mkdir -p src/lib; echo 1 > src/lib/b.js; echo 2 > "two words"; git status; git status -s; git status --porcelain; git status -s -u',
      'git add -A; git commit -m "여러 파일"',
      'git show; git show --stat; git show HEAD~1; git show HEAD:a.txt',
      'git config --global core.quotepath false; git ls-files; git ls-files -s; cd src; git ls-files; git status -s',
      'printf "x\\nz\\n" > 한글.txt; rm a.txt; chmod +x src/lib/b.js; git status; git diff',
      'git restore a.txt; git checkout -- 한글.txt; git status -s',
      'git commit -am "실행 권한"; git show',
      'git mv a.txt b.txt; git status; git commit -m "Move"; git show --name-status; git show --stat',
      'git rm b.txt; git status -s; git commit -qm "Remove"; git log --oneline -n 3; git log -2 --stat; git log -1 -p',
      'git commit --amend -m "Removed"; git log --oneline',
      'git log --pretty=format:"%h %an %s"; git log --format="%s|%ae" -1; git log --oneline -- 한글.txt',
      'git add nosuch; git rm nosuch; git restore nosuch; git checkout nosuch; git show nosuch; git mv x y',
      'git reset --soft HEAD~1; git status -s; git reset; git reset --hard; git status',
      'git rev-parse --show-toplevel; git rev-parse --abbrev-ref HEAD; git rev-parse --is-inside-work-tree; cd src && git rev-parse --show-toplevel',
      'git frobnicate; git commit --nosuch 2>&1 | head -1; git add',
      'printf "*.log\\nnode_modules/\\nbuild\\n!keep.log\\n" > .gitignore; touch x.log keep.log; mkdir -p node_modules/p build; touch node_modules/p/i.js build/o; git status; git add x.log; git add .; git status -s',
      'git commit -qm ignore; seq 1 40 > n; git add n; git commit -qm n; sed -i "3d;20s/.*/zwanzig/;38a neu" n; git diff; git diff --stat',
      'printf "a\\0b" > bin; git add bin n; git commit -m bin; git show; git log --oneline --stat -1',
      'git tag v1; git tag -a v1.1 -m "version"; git tag; git tag -d v1; git tag v1.1; git show v1.1 --oneline -s | tail -1',
      'git stash; echo 1 > n; git stash; git status -s; git stash list; git stash pop; git stash drop',
      'git reflog | tail -2; git restore .',
    ]);
    await verified(vm);
  },
  120_000,
);

it.skipIf(!real)(
  'says what git says of branches, merges and conflicts',
  async () => {
    await compare([
      identity,
      'git init -b main; echo 1 > a; git add a; git commit -m one',
      'git branch; git branch 기능; git branch 기능; git branch; git checkout 기능; git checkout 기능; git branch --show-current',
      'echo 2 > b; git add b; git commit -m two; git switch main; ls; git merge 기능; git log --oneline; git merge 기능',
      'git branch -d 기능; git branch -d nosuch; git branch -d main; git branch "bad name"; git branch -m trunk; git branch; git branch -m main',
      'git checkout -b f1; echo f1 > a; git commit -am f1; git checkout main; git branch -d f1; echo m > c; git add c; git commit -m m',
      'git merge f1 -m "Merge f1"; git log --oneline | cat; git status; cat a',
      'git switch -c f2; echo left > a; git commit -am left; git switch main; echo right > a; git commit -am right; git merge f2',
      'git status; git diff --name-only; cat a; git commit -m x; git status -s; git merge f2',
      'git merge --abort; git status; cat a; git merge f2; echo both > a; git add a; git status; git commit -m "합침"; git status; git log -1',
      'git switch f2; echo dirty > a; git switch main; git checkout main; git restore a; echo u > c; git switch main; rm -f c; git switch main',
      'git switch nosuch; git checkout HEAD~1; git status; git branch; git switch -; git checkout v9; git switch -c main; git switch v9',
      'git checkout HEAD~1 -- a; git status -s; git reset --hard HEAD; git reset HEAD~1 --soft; git status -s; git reset --hard nosuch',
      'git remote; git remote -v; git remote add origin https://nosuch.invalid/a/b.git; git remote -v; git remote add origin x; git remote rm nosuch; git remote get-url origin',
      'git push; git push origin main 2>&1 | tail -1; git pull; git fetch nosuch; git remote remove origin; git push',
      'git log --oneline --graph; git log --graph -4; git log --oneline --all | wc -l; git log --oneline main..f2; git diff f1 main; git diff f1..main --name-status',
      'git merge nosuch; git reset --hard; git branch -v; git branch -D f2 f1',
    ]);
  },
  120_000,
);

it.skipIf(!real)(
  'says what git says between repositories of one machine',
  async () => {
    await compare([
      identity,
      'git init --bare hub.git; git clone hub.git one; cd one; git status',
      'cd one; git checkout -b main; echo 1 > a; git add a; git commit -m 하나; git push; git push -u origin main; git status; git push',
      'git -C hub.git symbolic-ref HEAD refs/heads/main 2>/dev/null || echo "ref: refs/heads/main" > hub.git/HEAD; git clone hub.git two; git -C two log --oneline; git -C two status; git -C two branch -a',
      'cd two; echo 2 > b; git add b; git commit -m 둘; git status; git push; git log --oneline',
      'cd one; git fetch; git status; git pull; git log --oneline; git pull',
      'cd one; echo x > a; git commit -am x; git push; cd ../two; echo y > b; git commit -am y; git push; git pull',
      'cd two; git pull --no-rebase; git push; cd ../one; git pull; ls; git log --oneline | wc -l',
      'git clone nosuch; git clone hub.git one; git clone https://nosuch.invalid/x.git',
    ]);
  },
  120_000,
);

/** The repository in `~/work`, as the host's own git judges it. */
async function verified(vm: Machine): Promise<void> {
  const folder = await tempDir();
  await vm.copyOut('/home/alice/work', folder);
  const git = (...args: string[]) =>
    spawnSync('git', ['-C', folder, '-c', 'safe.directory=*', ...args], { encoding: 'utf8' });
  const fsck = git('fsck', '--full', '--strict');
  expect(`${fsck.stdout}${fsck.stderr}`.replaceAll(/^dangling .*\n/gm, '')).toBe('');
  expect(fsck.status).toBe(0);
  expect(git('log', '--format=%s|%an|%ae').stdout).toBe(
    (await vm.run('cd work && git log --format="%s|%an|%ae"')).stdout,
  );
  expect(git('-c', 'core.filemode=false', 'status', '--porcelain').stdout).toBe('');
}

it('asks who writes, keeps to the permissions of its user, and says what is not there', async () => {
  const vm = await withGit();
  await vm.run('mkdir w && cd w && git init -q && echo 1 > a && git add a');
  const who = await vm.run('cd w && git commit -m x');
  expect(who.code).toBe(128);
  expect(who.stderr).toContain('*** Please tell me who you are.');
  expect(who.stderr).toContain(
    "fatal: unable to auto-detect email address (got 'alice@web-1.(none)')",
  );
  expect(await vm.run('cd /etc && git init')).toMatchObject({ code: 128, stdout: '' });
  expect((await vm.run('sudo git init -q /srv/r; cd /srv/r && git status')).stderr).toContain(
    'fatal: detected dubious ownership',
  );
  expect((await vm.run('cd w && chmod 0 a && git add a; git rebase -i HEAD')).stderr).toContain(
    "git: 'rebase' is not available in this machine's git",
  );
  expect((await vm.run('git clone git@github.com:a/b.git; ls b')).code).not.toBe(0);
  vm.network = () => 'unresolved';
  expect(await vm.run('git clone https://github.com/a/b.git')).toMatchObject({
    code: 128,
    stderr:
      "Cloning into 'b'...\nfatal: unable to access 'https://github.com/a/b.git/': Could not resolve host: github.com\n",
  });
  expect(await vm.run('git --version')).toMatchObject({ stdout: 'git version 2.39.5\n' });
});

it('takes what is no text, large or broken', async () => {
  const vm = await withGit();
  await vm.run(
    `${identity}; git init -q w; cd w; ln -s /dev/zero z; mkfifo p 2>/dev/null; ln -s loop loop; head -c 3000000 /dev/urandom > r; seq 1 20000 > n`,
  );
  expect(await vm.run('cd w && git add . && git commit -qm big && git status -s')).toMatchObject({
    code: 0,
    stdout: '',
  });
  const rewritten = await vm.run(
    'cd w && seq 30000 60000 > n && git diff | wc -l && git diff --stat | tail -1',
  );
  expect(rewritten).toMatchObject({ code: 0, stderr: '' });
  expect(rewritten.stdout).toContain('1 file changed, 30001 insertions(+), 20000 deletions(-)');
  expect(
    (await vm.run('cd w && printf x > .git/index; git status; git log --oneline | wc -l')).stderr,
  ).toBe('fatal: index file corrupt\n');
  expect(vm.log).toEqual([]);
});
