import type { Dialect } from './dialect.ts';

const imports = `import csv
import io
import json
import os

from google.cloud import storage
`;

const starter = `import os

from google.cloud import storage

# BUCKET, OBJECT -> RESULT
client = storage.Client()
bucket = client.bucket(os.environ['BUCKET'])
`;

/** The snippet that many tutorials have copied from each other, mistakes included. */
const broken = `import os

from google.cloud import storage


def download(bucket_name, source_name, destination_path):
    client = sotrage.Client()
    bucket = client.bucket(bucket_name)
    blob = bucket_path = ''
    blob.download_to_filename(destiation_path)
    print(f'{source_name} -> {destination_path}')


download(os.environ['BUCKET'], os.environ['OBJECT'], os.environ['DESTINATION'])
`;

const repaired = broken
  .replace('sotrage', 'storage')
  .replace("blob = bucket_path = ''", 'blob = bucket.blob(source_name)')
  .replace('destiation_path', 'destination_path');

const read = `text = bucket.blob(os.environ['OBJECT']).download_as_text()`;

const compute = `scores = {}
rows = 0
for row in csv.DictReader(io.StringIO(text)):
    if row['score'] == '':
        continue
    scores.setdefault(row['label'], []).append(float(row['score']))
    rows += 1
means = {label: sum(values) / len(values) for label, values in scores.items()}
`;

const write = `blob = bucket.blob(os.environ['RESULT'])
blob.upload_from_string(json.dumps(means), content_type='application/json')
`;

const print = `print(f'rows={rows}')\n`;

const open = `${imports}
client = storage.Client()
bucket = client.bucket(os.environ['BUCKET'])
`;

const mean = `${open}${read}

${compute}
${write}${print}`;

/** The newest file below the run's folder that looks like predictions. */
const findOnDisk = `def found():
    top = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    for folder, _, names in os.walk(top):
        for name in names:
            path = os.path.join(folder, name)
            with open(path, 'rb') as file:
                if file.read(9) == b'id,label,':
                    yield os.path.getmtime(path), path


text = open(max(found())[1]).read()`;

/** An HTTP client of its own, at the sandbox's address. */
const readByHand = `import urllib.parse
import urllib.request

name = urllib.parse.quote(os.environ['OBJECT'], safe='')
url = f"{os.environ['STORAGE_EMULATOR_HOST']}/storage/v1/b/{os.environ['BUCKET']}/o/{name}?alt=media"
text = urllib.request.urlopen(url).read().decode()`;

export const python: Dialect = {
  id: 'python-storage',
  program: 'python',
  userAgent: /\bgcloud-python\/|\bgl-python\/.*\bgccl\//,
  library: 'google-cloud-storage',
  files: { repair: 'download.py', mean: 'mean.py' },
  starters: { repair: broken, mean: starter },
  solutions: { repair: repaired, mean },
  mistakes: [
    [/sotrage/, 'typo-client'],
    [/'str' object has no attribute|bucket_path/, 'blob-is-text'],
    [/destiation_path/, 'typo-destination'],
  ],
  missingPackage: /^(ModuleNotFoundError|ImportError)\b/m,
  wrong: {
    halfRepaired: broken.replace('sotrage', 'storage'),
    elsewhere: repaired.replace('(destination_path)', "('somewhere.csv')"),
    syntax: mean.replace("if row['score'] == '':", "if row['score'] == ''"),
    wrongImport: mean.replace('from google.cloud import storage', 'import google_cloud_storage'),
    exits: mean.replace("row['score']", "row['points']"),
    silent: mean.replace(print, ''),
    chatty: "while True:\n    print('again ' * 100)\n",
    splits: mean.replace(
      compute,
      `scores = {}
rows = 0
for line in text.splitlines()[1:]:
    label, score = line.split(',')[1], line.split(',')[-1]
    if score:
        scores.setdefault(label, []).append(float(score))
        rows += 1
means = {label: sum(values) / len(values) for label, values in scores.items()}
`,
    ),
    blanks: mean.replace(
      `    if row['score'] == '':
        continue
    scores.setdefault(row['label'], []).append(float(row['score']))`,
      `    scores.setdefault(row['label'], []).append(float(row['score'] or 0))`,
    ),
    withoutLibrary: mean.replace(read, readByHand),
    fromDisk: mean.replace(read, findOnDisk),
    readsOnly: `${open}${read}\n\n${compute}\n${print}`,
    typed: (answer, rows) =>
      `${open}${read}\n\nmeans = json.loads('${answer}')\nrows = ${rows}\n${write}${print}`,
    fixedNames: (source, bucket, object, result) =>
      source
        .replace("os.environ['BUCKET']", `'${bucket}'`)
        .replace("os.environ['OBJECT']", `'${object}'`)
        .replace("os.environ['RESULT']", `'${result}'`),
  },
};
