import type { PythonStart } from './channel.ts';

/** Where Python looks for its standard library. */
export const LIBRARY = '/usr/lib/python3.13';
export const LIBRARY_ZIP = '/usr/lib/python313.zip';

/**
 * What CPython's build for WebAssembly leaves out and a Linux machine has: users, the machine's
 * name, the number of its processors. Written for each run, for it knows who runs it.
 */
export function libraryFiles(start: PythonStart): Record<string, string> {
  return {
    'sitecustomize.py': sitecustomize(start),
    'pwd.py': database('passwd', 'pw', 'name passwd uid gid gecos dir shell', 'uid gid'),
    'grp.py': database('group', 'gr', 'name passwd gid mem', 'gid'),
    '_sysconfigdata__emscripten_wasm32-emscripten.py':
      "build_time_vars = {'prefix': '/usr', 'exec_prefix': '/usr', 'TZPATH': ''}\n",
  };
}

function sitecustomize({
  uid,
  gid,
  groups,
  hostname,
  release,
  vcpus,
  pid,
  ppid,
}: PythonStart): string {
  return `import os, time
os.getuid = os.geteuid = lambda: ${uid}
os.getgid = os.getegid = lambda: ${gid}
os.getgroups = lambda: ${JSON.stringify(groups)}
os.getpid = lambda: ${pid}
os.getppid = lambda: ${ppid}
os.cpu_count = os.process_cpu_count = lambda: ${vcpus}
_uname = os.uname_result(('Linux', ${JSON.stringify(hostname)}, ${JSON.stringify(release)}, '#1 SMP', 'x86_64'))
os.uname = lambda: _uname
def _sleeper(sleep):
    def wrapped(seconds, /):
        sleep(seconds)
        # A signal is seen every 50 steps only, and may have ended the sleep.
        for _ in range(60): pass
    wrapped.__name__ = wrapped.__qualname__ = 'sleep'
    wrapped.__doc__ = sleep.__doc__
    return wrapped
time.sleep = _sleeper(time.sleep)
del os, time, _sleeper
`;
}

function database(file: string, prefix: string, fields: string, numbers: string): string {
  const [id] = numbers.split(' ') as [string];
  const names = fields.split(' ').map((field) => `${prefix}_${field}`);
  return `import collections
struct_${file} = collections.namedtuple('struct_${file}', ${JSON.stringify(names)})
def _entries():
    with open('/etc/${file}', encoding='utf-8') as lines:
        for line in lines:
            found = dict(zip(${JSON.stringify(names)}, line.rstrip('\\n').split(':')))
            for name in ${JSON.stringify(numbers.split(' ').map((field) => `${prefix}_${field}`))}:
                found[name] = int(found[name])
            if 'gr_mem' in found:
                found['gr_mem'] = [name for name in found['gr_mem'].split(',') if name]
            yield struct_${file}(**found)
def get${prefix}all():
    return list(_entries())
def get${prefix}nam(name):
    for entry in _entries():
        if entry.${prefix}_name == name:
            return entry
    raise KeyError(f"get${prefix}nam(): name not found: {name!r}")
def get${prefix}${id}(id):
    for entry in _entries():
        if entry.${prefix}_${id} == id:
            return entry
    raise KeyError(f"get${prefix}${id}(): ${id} not found: {id}")
`;
}
