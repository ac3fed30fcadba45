import { writeFileSync } from 'node:fs';
import type { Given, Sitting } from './sitting.ts';

/** Programs as a learner may write them: a task asks for them, whatever one else works with. */
const programs: Readonly<Record<string, string>> = {
  'download.py': `import os

from google.cloud import storage

blob = storage.Client().bucket(os.environ["BUCKET"]).get_blob(os.environ["OBJECT"])
with open(os.environ["DESTINATION"], "wb") as file:
    blob.download_to_file(file)
print("done")
`,
  'mean.py': `import collections
import csv
import json
import os
import statistics

from google.cloud import storage

bucket = storage.Client().bucket(os.environ["BUCKET"])
scores = collections.defaultdict(list)
with bucket.blob(os.environ["OBJECT"]).open("rt") as text:
    for row in csv.DictReader(text):
        if row["score"]:
            scores[row["label"]].append(float(row["score"]))
means = {label: round(statistics.mean(some), 4) for label, some in scores.items()}
bucket.blob(os.environ["RESULT"]).upload_from_string(json.dumps(means))
print(f"rows={sum(map(len, scores.values()))}")
`,
  'download.mjs': `import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { Storage } from '@google-cloud/storage';

const { BUCKET, OBJECT, DESTINATION } = process.env;
const file = new Storage().bucket(BUCKET).file(OBJECT);
await pipeline(file.createReadStream(), createWriteStream(DESTINATION));
console.log('done');
`,
  'mean.mjs': `import { Storage } from '@google-cloud/storage';

const { BUCKET, OBJECT, RESULT } = process.env;
const bucket = new Storage().bucket(BUCKET);
const [content] = await bucket.file(OBJECT).download();
const scores = new Map();
for (const line of content.toString().trim().split('\\n').slice(1)) {
  const cells = [...line.matchAll(/(?:"((?:[^"]|"")*)"|([^,]*))(?:,|$)/g)];
  const [, label, , score] = cells.map(([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? bare);
  if (score) scores.set(label, [...(scores.get(label) ?? []), Number(score)]);
}
const mean = (some) => some.reduce((sum, one) => sum + one) / some.length;
const means = Object.fromEntries([...scores].map(([label, some]) => [label, mean(some)]));
await bucket.file(RESULT).save(JSON.stringify(means), { resumable: false });
console.log(\`rows=\${[...scores.values()].flat().length}\`);
`,
};

/** Writes the program of the task that is open, whereupon it is run. */
export async function write(_at: Sitting, given: Given): Promise<void> {
  const path = String(given['your program']);
  const name = Object.keys(programs).find((one) => path.endsWith(`/${one}`)) ?? '';
  writeFileSync(path, programs[name] ?? '');
}
