import type { Dialect } from '../python-storage/dialect.ts';

const imports = `import { env } from "node:process";
import { Storage } from '@google-cloud/storage';
`;

const starter = `${imports}
// BUCKET, OBJECT -> RESULT
const bucket = new Storage().bucket(env.BUCKET);
`;

/** The snippet of the mission in Python, as it would have been copied into JavaScript. */
const broken = `${imports}
async function download(bucketName, sourceName, destinationPath) {
  const storage = new Sotrage();
  const bucket = storage.bucket(bucketName);
  const file = '';
  await file.download({ destination: destiationPath });
  console.log(\`\${sourceName} -> \${destinationPath}\`);
}

await download(env.BUCKET, env.OBJECT, env.DESTINATION);
`;

const repaired = broken
  .replace('new Sotrage', 'new Storage')
  .replace("const file = ''", 'const file = bucket.file(sourceName)')
  .replace('destiationPath', 'destinationPath');

const open = `${imports}
const bucket = new Storage().bucket(env.BUCKET);
`;

const read = 'const [content] = await bucket.file(env.OBJECT).download();';

const parse = `// Inside quotes, commas and line ends belong to the value; two quotes are one.
function parse(text) {
  const rows = [['']];
  let quoted = false;
  for (let i = 0; i < text.length; i += 1) {
    const row = rows[rows.length - 1];
    const c = text[i];
    if (c === '"' && quoted && text[i + 1] === '"') {
      row[row.length - 1] += text[(i += 1)];
    } else if (c === '"') {
      quoted = !quoted;
    } else if (c === ',' && !quoted) {
      row.push('');
    } else if (c === '\\n' && !quoted) {
      rows.push(['']);
    } else {
      row[row.length - 1] += c;
    }
  }
  return rows.filter((row) => row.length > 1);
}

const [header, ...lines] = parse(content.toString());
`;

const compute = `const [label, score] = ['label', 'score'].map((name) => header.indexOf(name));
const scores = {};
let rows = 0;
for (const line of lines) {
  if (line[score] === '') continue;
  (scores[line[label]] ??= []).push(Number(line[score]));
  rows += 1;
}
const means = {};
for (const [name, values] of Object.entries(scores)) {
  means[name] = values.reduce((a, b) => a + b) / values.length;
}
`;

const write = 'await bucket.file(env.RESULT).save(JSON.stringify(means), { resumable: false });\n';

// biome-ignore lint/suspicious/noTemplateCurlyInString: a template of the program, not of this file
const print = 'console.log(`rows=${rows}`);\n';

const mean = `${open}${read}

${parse}${compute}
${write}${print}`;

/** The newest file below the run's folder that looks like predictions. */
const findOnDisk = `import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
const top = join(import.meta.dirname, '..');
const found = readdirSync(top, { recursive: true })
  .map((name) => join(top, name))
  .filter((path) => !path.includes('node_modules') && statSync(path).isFile())
  .filter((path) => readFileSync(path).subarray(0, 9).toString() === 'id,label,')
  .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
const content = readFileSync(found[0]);`;

const readByHand = `const object = encodeURIComponent(env.OBJECT);
const url = \`\${env.STORAGE_EMULATOR_HOST}/storage/v1/b/\${env.BUCKET}/o/\${object}?alt=media\`;
const content = await (await fetch(url)).text();`;

export const node: Dialect = {
  id: 'node-storage',
  program: 'node',
  userAgent: /\bgcloud-node-storage\/|\bgl-node\/.*\bgccl\//,
  library: '@google-cloud/storage',
  files: { repair: 'download.mjs', mean: 'mean.mjs' },
  starters: { repair: broken, mean: starter },
  solutions: { repair: repaired, mean },
  mistakes: [
    [/Sotrage/, 'typo-client'],
    [/file\.download is not a function/, 'blob-is-text'],
    [/destiationPath/, 'typo-destination'],
  ],
  missingPackage: /ERR_MODULE_NOT_FOUND/,
  wrong: {
    halfRepaired: broken.replace('new Sotrage', 'new Storage').replace('destiation', 'destination'),
    elsewhere: repaired.replace(': destinationPath', ": 'somewhere.csv'"),
    syntax: mean.replace("if (line[score] === '')", "if (line[score] === ''"),
    wrongImport: mean.replace("'@google-cloud/storage'", "'google-cloud-storage'"),
    exits: mean.replace('(header)', '').replace('header.indexOf(name)', 'header.position(name)'),
    silent: mean.replace(print, ''),
    chatty: "for (;;) console.log('again '.repeat(100));\n",
    splits: mean.replace(
      parse,
      `const [header, ...lines] = content
  .toString()
  .trim()
  .split('\\n')
  .map((line) => line.split(','))
  .map((cells) => [cells[0], cells[1], '', cells.at(-1)]);
header[3] = 'score';
`,
    ),
    blanks: mean.replace("  if (line[score] === '') continue;\n", ''),
    withoutLibrary: mean.replace(read, readByHand),
    fromDisk: mean.replace(read, findOnDisk),
    readsOnly: `${open}${read}\n\n${parse}${compute}\n${print}`,
    typed: (answer, rows) =>
      `${open}${read}\n\nconst means = ${answer};\nconst rows = ${rows};\n${write}${print}`,
    fixedNames: (source, bucket, object, result) =>
      source
        .replace('env.BUCKET', `'${bucket}'`)
        .replace('env.OBJECT', `'${object}'`)
        .replace('env.RESULT', `'${result}'`),
  },
};
