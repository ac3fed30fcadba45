import type { GuestMachine } from '../../contract.ts';

/**
 * The processors behind the CPU platforms of Compute Engine, as /proc/cpuinfo of a machine there
 * describes them. https://cloud.google.com/compute/docs/cpu-platforms
 */
export interface Cpu {
  readonly architecture: 'x86_64' | 'aarch64';
  readonly vendor: 'GenuineIntel' | 'AuthenticAMD' | 'ARM';
  readonly family: number;
  readonly model: number;
  readonly name: string;
  readonly stepping: number;
  readonly mhz: number;
  readonly cacheKb: number;
  readonly flags: string;
}

const common =
  'fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat pse36 clflush mmx fxsr sse sse2 ht syscall nx pdpe1gb rdtscp lm constant_tsc rep_good nopl xtopology nonstop_tsc cpuid tsc_known_freq pni pclmulqdq ssse3 fma cx16 pcid sse4_1 sse4_2 x2apic movbe popcnt aes xsave avx f16c rdrand hypervisor lahf_lm abm 3dnowprefetch';
const intelFlags = `${common.replace(' ht ', ' ss ht ')} invpcid_single pti ssbd ibrs ibpb stibp fsgsbase tsc_adjust bmi1 hle avx2 smep bmi2 erms invpcid rtm rdseed adx smap xsaveopt arat md_clear arch_capabilities`;
const amdFlags = `${common} cmp_legacy cr8_legacy sse4a misalignsse osvw topoext ssbd ibrs ibpb stibp vmmcall fsgsbase tsc_adjust bmi1 avx2 smep bmi2 rdseed adx smap clflushopt clwb sha_ni xsaveopt xsavec xgetbv1 clzero xsaveerptr arat npt nrip_save umip rdpid`;

function intel(model: number, stepping: number, ghz: number, cacheKb: number, name?: string): Cpu {
  return {
    architecture: 'x86_64',
    vendor: 'GenuineIntel',
    family: 6,
    model,
    name: name ?? `Intel(R) Xeon(R) CPU @ ${ghz.toFixed(2)}GHz`,
    stepping,
    mhz: ghz * 1000 - 0.002,
    cacheKb,
    flags: intelFlags,
  };
}

function amd(family: number, model: number, name: string, mhz: number, cacheKb: number): Cpu {
  return {
    architecture: 'x86_64',
    vendor: 'AuthenticAMD',
    family,
    model,
    name,
    stepping: 0,
    mhz,
    cacheKb,
    flags: amdFlags,
  };
}

function arm(name: string, mhz: number): Cpu {
  return {
    architecture: 'aarch64',
    vendor: 'ARM',
    family: 8,
    model: 1,
    name,
    stepping: 3,
    mhz,
    cacheKb: 1024,
    flags:
      'fp asimd evtstrm aes pmull sha1 sha2 crc32 atomics fphp asimdhp cpuid asimdrdm lrcpc dcpop asimddp ssbs',
  };
}

const broadwell = intel(79, 0, 2.2, 56320);

const byPlatform: Readonly<Record<string, Cpu>> = {
  'Intel Sandy Bridge': intel(45, 7, 2.6, 20480),
  'Intel Ivy Bridge': intel(62, 4, 2.5, 30720),
  'Intel Haswell': intel(63, 0, 2.3, 46080),
  'Intel Broadwell': broadwell,
  'Intel Skylake': intel(85, 3, 2, 39424),
  'Intel Cascade Lake': intel(85, 7, 2.8, 33792),
  'Intel Ice Lake': intel(106, 6, 2.6, 55296),
  'Intel Sapphire Rapids': intel(
    143,
    8,
    2.7,
    107520,
    'INTEL(R) XEON(R) PLATINUM 8481C CPU @ 2.70GHz',
  ),
  'Intel Emerald Rapids': intel(
    207,
    2,
    2.3,
    266240,
    'INTEL(R) XEON(R) PLATINUM 8581C CPU @ 2.30GHz',
  ),
  'Intel Granite Rapids': intel(173, 1, 2.3, 491520, 'INTEL(R) XEON(R) 6985P-C CPU @ 2.30GHz'),
  'AMD Rome': amd(23, 49, 'AMD EPYC 7B12', 2249.998, 512),
  'AMD Milan': amd(25, 1, 'AMD EPYC 7B13', 2449.998, 512),
  'AMD Genoa': amd(25, 17, 'AMD EPYC 9B14', 2599.998, 1024),
  'AMD Turin': amd(26, 2, 'AMD EPYC 9B45', 2699.998, 1024),
  'Ampere Altra': arm('Neoverse-N1', 2800),
  'Google Axion': arm('Neoverse-V2', 2600),
};

export function cpuOf(machine: GuestMachine): Cpu {
  return byPlatform[machine.cpuPlatform] ?? broadwell;
}
