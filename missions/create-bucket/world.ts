import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Preparation, Source } from '../../src/missions/define.ts';
import type { Seed } from '../../src/missions/seed.ts';

/** A file on this machine and the object that it becomes. */
export interface Upload {
  readonly path: string;
  readonly object: string;
  readonly bytes: number;
}

/** Names and files of one run. */
export interface World {
  readonly bucket: string;
  readonly region: string;
  readonly file: Upload;
  /** The folder as the user sees it on this machine. */
  readonly folderPath: string;
  readonly folder: readonly Upload[];
}

/** The user's own bucket name, file and folder where they were set, seeded ones elsewhere. */
export function prepareWorld(preparation: Preparation): World {
  const { run, region, seed, inputs, writeFile, readSource } = preparation;
  const file =
    inputs['file'] === undefined ? writePredictions(seed, writeFile) : readSource('file', 'file');
  const folder =
    inputs['folder'] === undefined
      ? writeExperiment(seed, writeFile)
      : readSource('folder', 'folder');
  const word = seed.pick(['atlas', 'river', 'maple', 'pixel', 'orbit']);
  return {
    bucket: inputs['bucket'] ?? `cloudlab-${word}-${run}`,
    region,
    file: upload(file.path, basename(file.path)),
    folderPath: folder.path,
    folder: folder.files.map(({ path, relative }) =>
      upload(path, `${basename(folder.path)}/${relative}`),
    ),
  };
}

function upload(path: string, object: string): Upload {
  return { path, object, bytes: statSync(path).size };
}

type WriteFile = Preparation['writeFile'];

/** Predictions of a model, as a learner would store them. */
function writePredictions(seed: Seed, writeFile: WriteFile): Source {
  const relative = `predictions-${seed.integer(100, 999)}.csv`;
  const rows = Array.from({ length: seed.integer(40, 80) }, (_, row) => {
    const label = seed.pick(['cat', 'dog', 'fox', 'owl']);
    return `${row + 1},${label},0.${seed.integer(500, 999)}`;
  });
  const path = writeFile(relative, `id,label,score\n${rows.join('\n')}\n`);
  return { path, files: [{ path, relative }] };
}

/** One training experiment: parameters, a log, a binary model and a note in a folder below. */
function writeExperiment(seed: Seed, writeFile: WriteFile): Source {
  const name = `experiment-${seed.integer(10, 99)}`;
  const epochs = Array.from(
    { length: seed.integer(5, 9) },
    (_, epoch) => `${epoch + 1},0.${seed.integer(100, 400)},0.${seed.integer(700, 990)}`,
  );
  const parameters = {
    learningRate: seed.integer(1, 9) / 1000,
    batchSize: 2 ** seed.integer(4, 7),
  };
  const contents: readonly (readonly [string, string | Uint8Array])[] = [
    ['params.json', `${JSON.stringify(parameters, null, 2)}\n`],
    ['log.csv', `epoch,loss,accuracy\n${epochs.join('\n')}\n`],
    ['model.bin', seed.bytes(4096 + seed.integer(0, 4096))],
    ['notes/메모.txt', `run ${seed.integer(1000, 9999)}\n`],
  ];
  const files = contents.map(([relative, content]) => ({
    relative,
    path: writeFile(`${name}/${relative}`, content),
  }));
  const [first] = files;
  if (first === undefined) throw new Error('an experiment has files');
  return { path: first.path.slice(0, -first.relative.length - 1), files };
}

/** As Cloud Storage writes it: base64. */
export async function md5Of(path: string): Promise<string> {
  const hash = createHash('md5');
  await pipeline(createReadStream(path), hash);
  return hash.digest('base64');
}
