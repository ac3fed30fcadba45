import { readFileSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import create from 'cpython';
import { Channel, type PythonStart } from './channel.ts';
import type { Emscripten, EmscriptenOptions, Node } from './emscripten.ts';
import { GuestFiles } from './files.ts';
import { GuestImports } from './imports.ts';
import { LIBRARY, LIBRARY_ZIP, libraryFiles } from './library.ts';
import { openStandardStreams } from './streams.ts';

/**
 * The program of a Python thread, dist/guest/python.js: CPython, compiled to WebAssembly, runs
 * one script in it and ends. It reads three files of the host before that, all of them its own.
 * CPython has no way to JavaScript: what it imports are the functions of emscripten.ts and
 * imports.ts, and those know the guest's files only.
 */
const start = workerData as PythonStart;
const channel = new Channel(start.port, start.shared);
const beside = (name: string) => readFileSync(new URL(`./${name}`, import.meta.url));

const compiled = await WebAssembly.compile(beside('python.wasm'));
const imports = new GuestImports(start, channel, () => python.FS);
const options: EmscriptenOptions = {
  noInitialRun: true,
  thisProgram: '/usr/bin/python3',
  heapMax: start.memory,
  // Only of what goes wrong before it has its standard streams.
  print: (line) => channel.call('print', 1, Buffer.from(`${line}\n`)),
  printErr: (line) => channel.call('print', 2, Buffer.from(`${line}\n`)),
  preRun: [(module) => setUp(module)],
  instantiateWasm: (given, done) => {
    void WebAssembly.instantiate(compiled, imports.over(given)).then((instance) => {
      imports.memory = instance.exports['memory'] as WebAssembly.Memory;
      done(instance, compiled);
    });
    return {};
  },
};
const python = (await create(options)) as Emscripten;

const { FS } = python;
const kept = new Map<string, Node>();
for (const path of [LIBRARY, LIBRARY_ZIP]) kept.set(path, FS.lookupPath(path).node);
openStandardStreams(FS, channel, start);
new GuestFiles(FS, channel, { umask: start.umask, kept }).mount();
FS.chdir(start.cwd);

python.Py_EmscriptenSignalBuffer = signalBuffer();
imports.ints[python._Py_EMSCRIPTEN_SIGNAL_HANDLING >> 2] = 1;

channel.call('exit', run());

function run(): number {
  try {
    return python.callMain([...start.args]);
  } catch (error) {
    const { status } = error as { status?: number };
    if (status !== undefined) return status;
    channel.call('crash', error instanceof Error ? error.message : String(error));
    return 134;
  }
}

function setUp({ FS: fs, ENV: env }: Emscripten): void {
  fs.mkdirTree(`${LIBRARY}/lib-dynload`);
  fs.writeFile(LIBRARY_ZIP, beside('python313.zip'));
  for (const [name, text] of Object.entries(libraryFiles(start))) {
    fs.writeFile(`${LIBRARY}/${name}`, text);
  }
  // What emcc makes up of a browser.
  for (const name of ['USER', 'LOGNAME', 'PATH', 'PWD', 'HOME', 'LANG', '_']) {
    env[name] = undefined;
  }
  // Its build has no _pyrepl, the newer shell that edits lines by itself: the terminal does that.
  Object.assign(env, { PYTHON_BASIC_REPL: '1' }, start.env);
}

/**
 * CPython looks at the first element from time to time, and writes 0 there whatever it was: a
 * signal that comes in between must not be lost by it.
 */
function signalBuffer(): object {
  return {
    get 0() {
      return channel.takeSignal();
    },
    set 0(_value: number) {},
  };
}
