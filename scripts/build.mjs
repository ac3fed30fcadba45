/**
 * Builds `dist/`: the program bundled and split at its dynamic imports, the
 * lessons and mission texts checked and compiled to JSON, and the licences of
 * everything that was bundled.
 */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'rolldown';
import { isolatedDeclarationSync } from 'rolldown/experimental';
import { slimComputeClient } from './compute-client.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const manifest = readJson('package.json');

/** What cannot be bundled: packages with a native part, installed as dependencies. */
const external = Object.keys(manifest.dependencies);

/**
 * What every command needs goes into one file: node takes about a millisecond
 * for each file it loads, and a split at every import would make dozens. What
 * these import comes along.
 */
const core = [
  /src\/(cli|command-line|commands|errors|settings|home|nearest|atomic-file)\.ts$/,
  /src\/cloud\/shell-families\.ts$/,
  /src\/commands\/(command|mission|lesson|find-lesson|next|quiz|review|progress|sandbox|ssh|shell|exec|env|cleanup|doctor|completion|complete)\.ts$/,
  /src\/(terminal|i18n)\//,
  /src\/content\/load\.ts$/,
  /src\/tutor\/(handout|player|keys|progress\/learning)\.ts$/,
  /node_modules[\\/]env-paths[\\/]/,
];

const versionFiles = ['src/version.ts', 'package.json'].map((path) => toPosix(join(root, path)));

rmSync(dist, { recursive: true, force: true });

const { output } = await build({
  cwd: root,
  input: {
    cloudlab: 'src/main.ts',
    library: 'src/library.ts',
    'library-worker': 'src/library/worker.ts',
  },
  platform: 'node',
  external,
  plugins: [
    filesByName('missions', 'mission.ts', 'id', /src[\\/]missions[\\/]catalogue\.ts$/),
    filesByName('lessons', 'experiments.ts', 'folder', /src[\\/]tutor[\\/]experiments\.ts$/),
    slimComputeClient(join(root, 'src/cloud/compute/clients.ts')),
    withoutNativeParts(),
    fastifyAsUsed(),
    withoutFolders(),
  ],
  output: {
    dir: dist,
    format: 'esm',
    chunkFileNames: 'chunks/[name]-[hash].js',
    // Stack traces in a learner's bug report must name our functions. rolldown's own keepNames would
    // call something for each function at every start; here their names just stay.
    minify: { compress: true, mangle: { keepNames: true }, codegen: true },
    codeSplitting: {
      groups: [
        // Alone, for `cloudlab --version` loads nothing else.
        { name: 'version', priority: 2, test: (id) => versionFiles.includes(toPosix(id)) },
        {
          name: 'core',
          priority: 1,
          test: (id) => core.some((pattern) => pattern.test(toPosix(id))),
        },
      ],
    },
  },
});

/** What runs inside a VM: a program of its own, for worker threads. */
const guest = await build({
  cwd: root,
  input: { worker: 'src/sandbox/guest/worker.ts' },
  platform: 'node',
  plugins: [interpreterOfJustBash(), gitApart()],
  output: {
    dir: join(dist, 'guest'),
    format: 'esm',
    // One file: a shell that somebody waits for would load a hundred.
    codeSplitting: false,
    minify: true,
    keepNames: true,
  },
});

/** What runs Python inside a VM: a thread's program again, loaded when somebody calls python3. */
const cpython = join(root, 'node_modules/just-bash/vendor/cpython-emscripten');
const python = await build({
  cwd: root,
  input: { python: 'src/sandbox/guest/python/worker.ts' },
  platform: 'node',
  plugins: [cpythonAlone()],
  output: { dir: join(dist, 'guest'), format: 'esm', codeSplitting: false, minify: true },
});
for (const name of ['python.wasm', 'python313.zip']) {
  copyFileSync(join(cpython, name), join(dist, 'guest', name));
}

/** git in a VM: a file that its worker loads when somebody runs git. */
const git = await build({
  cwd: root,
  input: { git: 'src/sandbox/guest/userland/git/main.ts' },
  platform: 'node',
  output: {
    dir: join(dist, 'guest'),
    format: 'esm',
    codeSplitting: false,
    minify: true,
    keepNames: true,
  },
});

chmodSync(join(dist, 'cloudlab.js'), 0o755);
await buildLibrary();
await compileContent();
writeNotices(
  [...output, ...guest.output, ...python.output, ...git.output].flatMap((chunk) =>
    Object.keys(chunk.modules ?? {}),
  ),
);

/**
 * One file a folder, loaded when it is wanted: the bundler must know their names.
 *
 * @param {string} folder of the repository, with a folder for each
 * @param {string} file the file in each; folders without it are left out
 * @param {string} variable by which `importer` calls the name
 * @param {RegExp} importer the source file that imports them
 */
function filesByName(folder, file, variable, importer) {
  const written = `import(\`../../${folder}/\${${variable}}/${file}\`)`;
  const imports = readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(root, folder, entry.name, file)))
    .map(({ name }) => `'${name}': () => import('../../${folder}/${name}/${file}')`);
  return {
    name: `${folder}-by-name`,
    transform: {
      filter: { id: importer },
      handler(code) {
        if (!code.includes(written)) throw new Error(`${importer} no longer says ${written}`);
        return code.replace(written, () => `({ ${imports.join(', ')} })[${variable}]()`);
      },
    },
  };
}

/**
 * ssh2 can do without its two native parts, and does wherever nobody has compiled them: what
 * has been compiled on the machine of this build would not run on another.
 */
function withoutNativeParts() {
  const id = '\0native-part';
  return {
    name: 'without-native-parts',
    resolveId: {
      filter: { id: /^cpu-features$|\/sshcrypto\.node$/ },
      handler: () => id,
    },
    load: {
      filter: { id: /native-part$/ },
      handler: () => ({ code: "throw new Error('not compiled');", moduleType: 'js' }),
    },
  };
}

/**
 * What fastify has and the sandbox does not use (src/sandbox/app.ts): JSON schemas, a log, proxies
 * in front of it, plugins that say for which versions they are. It was a third of what a start
 * of the sandbox reads.
 */
function fastifyAsUsed() {
  const id = '\0not-of-fastify';
  return {
    name: 'fastify-as-used',
    resolveId: {
      filter: {
        id: /^(@fastify\/(ajv-compiler|fast-json-stringify-compiler|proxy-addr)|semver|pino)$/,
      },
      handler: (_id, importer) =>
        /\/fastify\/lib\//.test(toPosix(importer ?? '')) ? { id } : null,
    },
    load: {
      filter: { id: /not-of-fastify$/ },
      handler: () => ({
        code: "module.exports = () => { throw new Error('not in this program'); };",
        moduleType: 'js',
      }),
    },
  };
}

/**
 * Two files of ssh2 ask for the folder that they lie in, which a module does not know, and do
 * not need it: Poly1305's WebAssembly is in it as text, and Pageant's helper is not used.
 */
function withoutFolders() {
  return {
    name: 'without-folders',
    transform: {
      filter: { id: /ssh2[\\/]lib[\\/](protocol[\\/]crypto[\\/]poly1305|agent)\.js$/ },
      handler: (code) => `const __dirname = '', __filename = '';\n${code}`,
    },
  };
}

/** What `userland/git/git.ts` imports is a file beside the worker's. */
function gitApart() {
  return {
    name: 'git-apart',
    resolveId: {
      filter: { id: /^\.\/main\.ts$/ },
      handler: (_id, importer) =>
        /\/userland\/git\/git\.ts$/.test(toPosix(importer ?? ''))
          ? { id: './git.js', external: true }
          : null,
    },
  };
}

/**
 * just-bash keeps its interpreter to itself; src/sandbox/guest/shell/interpreter.ts stands in
 * front of it. What a guest never has (a network of the host, sqlite, JavaScript) stays out.
 */
function interpreterOfJustBash() {
  const made = /await new (\w+)\(\w+,\w+\)\.executeScript\(/;
  return {
    name: 'interpreter-of-just-bash',
    resolveId: {
      filter: { id: /(undici|curl|html-to-markdown|sqlite3|js-exec|python3|xan|yq)-\w{8}\.js$/ },
      handler: () => ({ id: '\0not-in-guests', moduleSideEffects: false }),
    },
    load: {
      filter: { id: /^\0not-in-guests$/ },
      handler: () => 'export {};',
    },
    transform: {
      filter: { id: /just-bash[\\/]dist[\\/]bundle[\\/]index\.js$/ },
      handler(code) {
        const name = made.exec(code)?.[1];
        if (!name) throw new Error('just-bash no longer makes its interpreter as it did');
        return `${code}\nexport { ${name} as Interpreter };`;
      },
    },
  };
}

/**
 * CPython's JavaScript would look for node and use its files, sockets and environment. It gets
 * none of it: what it could reach by a global name is a parameter of its own here, and empty.
 */
function cpythonAlone() {
  const hidden =
    'process require module exports define __filename __dirname WebSocket XMLHttpRequest fetch navigator self document';
  const limit = 'getHeapMax=()=>536870912';
  return {
    name: 'cpython-alone',
    resolveId: {
      filter: { id: /^cpython$/ },
      handler: () => '\0cpython',
    },
    load: {
      filter: { id: /^\0cpython$/ },
      handler() {
        const code = readFileSync(join(cpython, 'python.cjs'), 'utf8');
        if (!code.includes(limit)) throw new Error('CPython no longer bounds its memory as it did');
        const bounded = code.replace(limit, 'getHeapMax=()=>Module["heapMax"]');
        return `export default (function (globalThis, ${hidden.replaceAll(' ', ', ')}) {
${bounded}
return createPythonModule; })(Object.freeze({}));`;
      },
    },
  };
}

/** What those need who import this package: its types, and what `require` is given. */
async function buildLibrary() {
  const source = readFileSync(join(root, 'src/library.ts'), 'utf8');
  const { code, errors } = isolatedDeclarationSync('library.ts', source, {});
  if (errors.length > 0 || /^import /m.test(code)) {
    throw new Error(`the types of src/library.ts do not stand alone: ${JSON.stringify(errors)}`);
  }
  const types = `/// <reference lib="esnext.disposable" />\n${code.replace(/^\/\/\/ <.*\n/gm, '')}`;
  for (const name of ['library.d.ts', 'library.d.cts']) writeFileSync(join(dist, name), types);
  await build({
    cwd: root,
    input: 'src/library/for-require.ts',
    platform: 'node',
    output: { file: join(dist, 'library.cjs'), format: 'cjs', codeSplitting: false },
  });
}

/** The content compiler is TypeScript, which Node 20 cannot run: bundle it, then run it. */
async function compileContent() {
  const folder = mkdtempSync(join(tmpdir(), 'cloudlab-build-'));
  try {
    const file = join(folder, 'compile.mjs');
    await build({
      cwd: root,
      input: 'src/content/compile.ts',
      platform: 'node',
      output: { file, format: 'esm', codeSplitting: false },
    });
    const { compileContent: compile } = await import(pathToFileURL(file).href);
    await compile(root, join(dist, 'content'));
  } catch (error) {
    if (error?.name !== 'ContentError') throw error;
    // The author of a lesson reads where the mistake is, not a stack trace.
    console.error(error.message);
    process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Most licences ask that their text goes along with the code. */
function writeNotices(modules) {
  const folders = new Set();
  for (const module of modules) {
    const match = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(toPosix(module));
    if (match) folders.add(match[1]);
  }
  const notices = [...folders].sort().map((folder) => {
    const { name, version, license } = readJson(folder.slice(toPosix(root).length), 'package.json');
    const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
    const text = file ? readFileSync(join(folder, file), 'utf8').trim() : `Licence: ${license}`;
    return `${name} ${version}\n\n${text}\n`;
  });
  notices.push(readFileSync(join(root, 'scripts/licences/cpython.txt'), 'utf8'));
  writeFileSync(join(dist, 'THIRD-PARTY-NOTICES.txt'), notices.join(`\n${'-'.repeat(72)}\n\n`));
}

function readJson(...path) {
  return JSON.parse(readFileSync(join(root, ...path), 'utf8'));
}

function toPosix(path) {
  return path.replaceAll('\\', '/');
}
