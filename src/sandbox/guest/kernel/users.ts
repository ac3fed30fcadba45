import type { FileView } from '../fs/view.ts';
import type { Credentials } from './credentials.ts';

export interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly comment: string;
  readonly home: string;
  readonly shell: string;
}

export interface Group {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

export interface NewUser {
  readonly name: string;
  readonly uid?: number;
  readonly gid?: number;
  /** Below 1000, without a home folder by default. */
  readonly system?: boolean;
  readonly comment?: string;
  readonly home?: string;
  readonly makeHome?: boolean;
  readonly shell?: string;
  /** Supplementary groups by name; missing ones are an error of the caller. */
  readonly groups?: readonly string[];
}

/** Users and groups: /etc/passwd, /etc/group and /etc/shadow are the truth, read at each question. */
export class Users {
  readonly #fs: FileView;

  /** `fs` is root's view. */
  constructor(fs: FileView) {
    this.#fs = fs;
  }

  all(): User[] {
    return this.#lines('/etc/passwd', 7).map(([name, , uid, gid, comment, home, shell]) => ({
      name: name as string,
      uid: Number(uid),
      gid: Number(gid),
      comment: comment as string,
      home: home || '/',
      shell: shell || '/bin/sh',
    }));
  }

  groups(): Group[] {
    return this.#lines('/etc/group', 4).map(([name, , gid, members]) => ({
      name: name as string,
      gid: Number(gid),
      members: (members as string).split(',').filter((member) => member !== ''),
    }));
  }

  byName(name: string): User | undefined {
    return this.all().find((user) => user.name === name);
  }

  byId(uid: number): User | undefined {
    return this.all().find((user) => user.uid === uid);
  }

  groupByName(name: string): Group | undefined {
    return this.groups().find((group) => group.name === name);
  }

  groupById(gid: number): Group | undefined {
    return this.groups().find((group) => group.gid === gid);
  }

  /** Name, or the number where nobody has it. */
  nameOf(uid: number): string {
    return this.byId(uid)?.name ?? String(uid);
  }

  groupNameOf(gid: number): string {
    return this.groupById(gid)?.name ?? String(gid);
  }

  credentials(user: User): Credentials {
    const groups = this.groups().filter((group) => group.members.includes(user.name));
    return {
      uid: user.uid,
      gid: user.gid,
      groups: [user.gid, ...groups.map((group) => group.gid).filter((gid) => gid !== user.gid)],
    };
  }

  /** useradd(8): a group of the same name, a home made from /etc/skel, no password. */
  add(wanted: NewUser): User {
    const taken = new Set(this.all().map((user) => user.uid));
    const uid = wanted.uid ?? this.#free(taken, wanted.system ?? false);
    const gid =
      wanted.gid ?? this.addGroup(wanted.name, this.groupById(uid) ? {} : { gid: uid }).gid;
    const user: User = {
      name: wanted.name,
      uid,
      gid,
      comment: wanted.comment ?? '',
      home: wanted.home ?? `/home/${wanted.name}`,
      shell: wanted.shell ?? (wanted.system ? '/usr/sbin/nologin' : '/bin/bash'),
    };
    this.#append(
      '/etc/passwd',
      `${user.name}:x:${uid}:${gid}:${user.comment}:${user.home}:${user.shell}`,
    );
    this.#append('/etc/shadow', `${user.name}:!:19700:0:99999:7:::`);
    for (const group of wanted.groups ?? []) this.join(user.name, group);
    if (wanted.makeHome ?? !wanted.system) this.#makeHome(user);
    return user;
  }

  addGroup(name: string, wanted: { gid?: number; system?: boolean } = {}): Group {
    const existing = this.groupByName(name);
    if (existing) return existing;
    const taken = new Set(this.groups().map((group) => group.gid));
    const gid = wanted.gid ?? this.#free(taken, wanted.system ?? false);
    this.#append('/etc/group', `${name}:x:${gid}:`);
    return { name, gid, members: [] };
  }

  /** Adds a member to a group that exists. */
  join(user: string, groupName: string): void {
    this.#rewrite('/etc/group', (fields) => {
      if (fields[0] !== groupName) return fields;
      const members = (fields[3] ?? '').split(',').filter((member) => member !== '');
      if (!members.includes(user)) members.push(user);
      return [...fields.slice(0, 3), members.join(',')];
    });
  }

  leave(user: string, groupName: string): void {
    this.#rewrite('/etc/group', (fields) => {
      if (fields[0] !== groupName) return fields;
      const members = (fields[3] ?? '').split(',').filter((one) => one !== '' && one !== user);
      return [...fields.slice(0, 3), members.join(',')];
    });
  }

  /** userdel(8) without its files. */
  remove(name: string): void {
    this.#rewrite('/etc/passwd', (fields) => (fields[0] === name ? undefined : fields));
    this.#rewrite('/etc/shadow', (fields) => (fields[0] === name ? undefined : fields));
    for (const group of this.groups())
      if (group.members.includes(name)) this.leave(name, group.name);
    const own = this.groupByName(name);
    if (own && own.members.length === 0 && !this.all().some((user) => user.gid === own.gid)) {
      this.removeGroup(name);
    }
  }

  /** passwd -l: no password fits what begins with an exclamation mark. */
  lock(name: string): void {
    this.#rewrite('/etc/shadow', ([first = '', secret = '', ...rest]) => {
      const locked = first === name && !secret.startsWith('!') ? `!${secret}` : secret;
      return [first, locked, ...rest];
    });
  }

  removeGroup(name: string): void {
    this.#rewrite('/etc/group', (fields) => (fields[0] === name ? undefined : fields));
  }

  /** usermod(8): changes fields of /etc/passwd. */
  change(name: string, changed: Partial<Omit<User, 'name' | 'uid'>>): void {
    this.#rewrite('/etc/passwd', (fields) => {
      if (fields[0] !== name) return fields;
      return [
        name,
        fields[1] ?? 'x',
        fields[2] ?? '',
        String(changed.gid ?? fields[3]),
        changed.comment ?? fields[4] ?? '',
        changed.home ?? fields[5] ?? '',
        changed.shell ?? fields[6] ?? '',
      ];
    });
  }

  #makeHome(user: User): void {
    if (this.#fs.exists(user.home)) return;
    this.#fs.mkdir(user.home, { parents: true, mode: 0o755 });
    if (this.#fs.exists('/etc/skel')) this.#fs.copy('/etc/skel', user.home);
    this.#fs.chownAll(user.home, user.uid, user.gid);
  }

  #free(taken: ReadonlySet<number>, system: boolean): number {
    if (system) {
      for (let id = 999; id >= 100; id--) if (!taken.has(id)) return id;
    }
    for (let id = 1000; ; id++) if (!taken.has(id)) return id;
  }

  #lines(path: string, fields: number): string[][] {
    if (!this.#fs.exists(path)) return [];
    return this.#fs
      .readText(path)
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => line.split(':'))
      .filter((line) => line.length >= fields);
  }

  #append(path: string, line: string): void {
    const text = this.#fs.exists(path) ? this.#fs.readText(path) : '';
    const start = text === '' || text.endsWith('\n') ? text : `${text}\n`;
    this.#fs.write(path, `${start}${line}\n`);
  }

  #rewrite(path: string, change: (fields: string[]) => string[] | undefined): void {
    if (!this.#fs.exists(path)) return;
    const lines = this.#fs.readText(path).split('\n');
    const changed = lines.flatMap((line) => {
      if (line === '') return [];
      const fields = change(line.split(':'));
      return fields === undefined ? [] : [fields.join(':')];
    });
    this.#fs.write(path, changed.length === 0 ? '' : `${changed.join('\n')}\n`);
  }
}
