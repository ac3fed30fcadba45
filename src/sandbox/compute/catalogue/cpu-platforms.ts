/**
 * Processors as the API names them: in a zone's `availableCpuPlatforms`, in an instance's
 * `cpuPlatform` and `minCpuPlatform`. The codes are those of `zone-table.ts`.
 *
 * https://cloud.google.com/compute/docs/cpu-platforms
 */
const PLATFORMS: Readonly<Record<string, string>> = {
  SNB: 'Intel Sandy Bridge',
  IVB: 'Intel Ivy Bridge',
  HSW: 'Intel Haswell',
  BDW: 'Intel Broadwell',
  SKL: 'Intel Skylake',
  CLX: 'Intel Cascade Lake',
  ICX: 'Intel Ice Lake',
  SPR: 'Intel Sapphire Rapids',
  EMR: 'Intel Emerald Rapids',
  GNR: 'Intel Granite Rapids',
  MIL: 'AMD Milan',
  GEN: 'AMD Genoa',
  TUR: 'AMD Turin',
  ALT: 'Ampere Altra',
  AXN: 'Google Axion',
  GRC: 'NVIDIA Grace',
};

/** The name of a processor; anything else in the tables is a mistake of ours. */
export function cpuPlatformName(code: string): string {
  const name = PLATFORMS[code];
  if (name === undefined) throw new Error(`unknown CPU platform in the catalogue: ${code}`);
  return name;
}
