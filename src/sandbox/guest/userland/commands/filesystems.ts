import type { Kernel } from '../../kernel/kernel.ts';
import { table } from '../columns.ts';
import { type Mounted, mounted } from '../facts/disks.ts';
import { memoryOf } from '../facts/memory.ts';
import { human } from '../facts/sizes.ts';
import { distributionOf } from '../images/distribution.ts';
import { parseOptions } from '../options.ts';
import { addedKib } from '../packages/status.ts';
import { Failure, program } from '../program.ts';

/** `df`, `mount` and `findmnt`. */

export function mountsOf(kernel: Kernel): Mounted[] {
  const { bytes, inodes } = kernel.fs.usage();
  const { total } = memoryOf(kernel.machine, []);
  const packagesKib = addedKib(kernel, distributionOf(kernel.machine.imageFamily));
  return mounted(kernel.machine, { stored: bytes, files: inodes, packagesKib }, total);
}

const df = program('df', async (io) => {
  const options = parseOptions(
    io,
    'h,human-readable H,si T,print-type i,inodes k m a,all l,local P,portability t:,type: x: total B:,block-size: output?',
  );
  let rows = mountsOf(io.kernel);
  const type = options.value('t');
  if (type !== undefined) rows = rows.filter((one) => one.type === type);
  if (options.operands.length > 0) {
    rows = options.operands.map((path) => {
      if (!io.fs.exists(path)) throw new Failure(`df: ${path}: No such file or directory`);
      const real = io.fs.realpath(path);
      const fits = rows.filter(
        (one) => real === one.mount || real.startsWith(one.mount === '/' ? '/' : `${one.mount}/`),
      );
      return fits.sort((a, b) => b.mount.length - a.mount.length)[0] as Mounted;
    });
  }
  const unit = options.has('m') ? 1024 ** 2 : 1024;
  const size = (bytes: number) =>
    options.has('H')
      ? human(Math.round(bytes), 1000)
      : options.has('h')
        ? human(Math.round(bytes))
        : String(Math.ceil(bytes / unit));
  const percent = (used: number, free: number) =>
    used + free === 0 ? '-' : `${Math.ceil((100 * used) / (used + free))}%`;
  const row = (one: Mounted) =>
    options.has('i')
      ? [
          String(one.inodes),
          String(one.inodesUsed),
          String(one.inodes - one.inodesUsed),
          percent(one.inodesUsed, one.inodes - one.inodesUsed),
        ]
      : [size(one.size), size(one.used), size(one.available), percent(one.used, one.available)];
  const heads = options.has('i')
    ? ['Inodes', 'IUsed', 'IFree', 'IUse%']
    : options.has('h') || options.has('H')
      ? ['Size', 'Used', 'Avail', 'Use%']
      : [options.has('m') ? '1M-blocks' : '1K-blocks', 'Used', 'Available', 'Use%'];
  const kind = options.has('T');
  const lines = [
    ['Filesystem', ...(kind ? ['Type'] : []), ...heads, 'Mounted on'],
    ...rows.map((one) => [one.source, ...(kind ? [one.type] : []), ...row(one), one.mount]),
  ];
  const right = kind ? [2, 3, 4, 5] : [1, 2, 3, 4];
  // In df no name is narrower than 14, no number (but the percentage) than 5.
  const sized = (cell: string, at: number) => {
    if (at === 0) return cell.padEnd(14);
    return right.slice(0, 3).includes(at) ? cell.padStart(5) : cell;
  };
  await io.out(
    table(
      lines.map((line) => line.map(sized)),
      right,
    ),
  );
  return 0;
});

const mount = program('mount', async (io) => {
  if (io.args.length > 0 && io.args[0] !== '-l') {
    if (io.who.uid !== 0)
      throw new Failure(`mount: ${io.args.at(-1)}: must be superuser to use mount.`);
    throw new Failure(
      `mount: ${io.args.at(-1)}: this sandbox's machines mount no further file systems`,
      32,
    );
  }
  for (const one of mountsOf(io.kernel))
    await io.out(`${one.source} on ${one.mount} type ${one.type} (${one.options})\n`);
  return 0;
});

const findmnt = program('findmnt', async (io) => {
  const rows = mountsOf(io.kernel).map((one) => [one.mount, one.source, one.type, one.options]);
  await io.out(table([['TARGET', 'SOURCE', 'FSTYPE', 'OPTIONS'], ...rows]));
  return 0;
});

export const filesystemPrograms = [df, mount, findmnt];
