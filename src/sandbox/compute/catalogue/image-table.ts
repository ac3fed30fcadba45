/**
 * Public images: a line for each family says which images it has (the newest first; all
 * others are deprecated), and the rows they belong to say what they are.
 *
 * Names are taken from listings and configurations published in 2024 to 2026; where the
 * newest image of a family could not be found, it bears the date of its siblings.
 *
 * https://cloud.google.com/compute/docs/images/os-details
 */
export interface ImageSource {
  project: string;
  /** `{arch}` is amd64, x86_64 or arm64, `{date}` 20260902, `{iso}` 2026-09-02. */
  description: string;
  diskSizeGb: number;
  /** Partial links: `debian-cloud/debian-12-bookworm`. */
  licenses: readonly string[];
  /** Google's number of the licence, where known. */
  licenseCode?: string;
  features: string;
  /** The guest image of the sandbox that boots; undefined if none does. */
  guest?: string;
  /** The names of the architectures in descriptions, if not amd64 and arm64. */
  arch?: readonly [x86: string, arm: string];
  families: readonly ImageFamilyRow[];
}

/** No active image (a release that is over) if `over`. */
export interface ImageFamilyRow {
  family: string;
  /** Names with the day they were made where the name does not say it: `name@20260910`. */
  images: string;
  arm?: true;
  over?: true;
}

const UEFI = 'UEFI_COMPATIBLE VIRTIO_SCSI_MULTIQUEUE GVNIC';
const DEBIAN = `${UEFI} SEV_CAPABLE SEV_LIVE_MIGRATABLE_V2`;
const UBUNTU =
  'VIRTIO_SCSI_MULTIQUEUE SEV_CAPABLE SEV_SNP_CAPABLE SEV_LIVE_MIGRATABLE ' +
  'SEV_LIVE_MIGRATABLE_V2 IDPF TDX_CAPABLE UEFI_COMPATIBLE GVNIC';
const COS =
  'VIRTIO_SCSI_MULTIQUEUE UEFI_COMPATIBLE GVNIC SEV_CAPABLE SEV_SNP_CAPABLE ' +
  'SEV_LIVE_MIGRATABLE_V2 TDX_CAPABLE';
const ENTERPRISE = `${UEFI} SEV_CAPABLE SEV_SNP_CAPABLE SEV_LIVE_MIGRATABLE_V2 IDPF`;
const WINDOWS = 'MULTI_IP_SUBNET UEFI_COMPATIBLE VIRTIO_SCSI_MULTIQUEUE WINDOWS GVNIC';

const X86_AARCH = ['x86_64', 'aarch64'] as const;
const COS_LICENSES = ['cos-cloud/cos-pcid', 'cos-cloud-shielded/shielded-cos', 'cos-cloud/cos'];

export const IMAGE_SOURCES: readonly ImageSource[] = [
  {
    project: 'debian-cloud',
    description: 'Debian, Debian GNU/Linux, 11 (bullseye), {arch} built on {date}',
    diskSizeGb: 10,
    licenses: ['debian-cloud/debian-11-bullseye'],
    features: DEBIAN,
    families: [{ family: 'debian-11', images: 'debian-11-bullseye-v20241112', over: true }],
  },
  {
    project: 'debian-cloud',
    description: 'Debian, Debian GNU/Linux, 12 (bookworm), {arch} built on {date}',
    diskSizeGb: 10,
    licenses: ['debian-cloud/debian-12-bookworm'],
    licenseCode: '2147286739765738111',
    features: DEBIAN,
    guest: 'debian-12',
    families: [
      {
        family: 'debian-12',
        images:
          'debian-12-bookworm-v20260902 debian-12-bookworm-v20260801 debian-12-bookworm-v20250513',
      },
      {
        family: 'debian-12-arm64',
        images: 'debian-12-bookworm-arm64-v20260804 debian-12-bookworm-arm64-v20260114',
        arm: true,
      },
    ],
  },
  {
    project: 'debian-cloud',
    description: 'Debian, Debian GNU/Linux, 13 (trixie), {arch} built on {date}',
    diskSizeGb: 10,
    licenses: ['debian-cloud/debian-13-trixie'],
    features: DEBIAN,
    guest: 'debian-13',
    families: [
      {
        family: 'debian-13',
        images: 'debian-13-trixie-v20260908 debian-13-trixie-v20260811 debian-13-trixie-v20251111',
      },
      {
        family: 'debian-13-arm64',
        images: 'debian-13-trixie-arm64-v20260810 debian-13-trixie-arm64-v20260714',
        arm: true,
      },
    ],
  },
  {
    project: 'ubuntu-os-cloud',
    description: 'Canonical, Ubuntu, 22.04 LTS, {arch} jammy image built on {iso}',
    diskSizeGb: 10,
    licenses: ['ubuntu-os-cloud/ubuntu-2204-lts'],
    features: UBUNTU,
    guest: 'ubuntu-2204-lts',
    families: [
      {
        family: 'ubuntu-2204-lts',
        images: 'ubuntu-2204-jammy-v20260906 ubuntu-2204-jammy-v20260427',
      },
      {
        family: 'ubuntu-2204-lts-arm64',
        images: 'ubuntu-2204-jammy-arm64-v20260427 ubuntu-2204-jammy-arm64-v20240927',
        arm: true,
      },
    ],
  },
  {
    project: 'ubuntu-os-cloud',
    description: 'Canonical, Ubuntu, 22.04 LTS Minimal, {arch} jammy minimal image built on {iso}',
    diskSizeGb: 10,
    licenses: ['ubuntu-os-cloud/ubuntu-2204-lts'],
    features: UBUNTU,
    guest: 'ubuntu-2204-lts',
    families: [
      {
        family: 'ubuntu-minimal-2204-lts',
        images: 'ubuntu-minimal-2204-jammy-v20260427 ubuntu-minimal-2204-jammy-v20240926',
      },
      {
        family: 'ubuntu-minimal-2204-lts-arm64',
        images:
          'ubuntu-minimal-2204-jammy-arm64-v20260427 ubuntu-minimal-2204-jammy-arm64-v20240926',
        arm: true,
      },
    ],
  },
  {
    project: 'ubuntu-os-cloud',
    description: 'Canonical, Ubuntu, 24.04 LTS, {arch} noble image built on {iso}',
    diskSizeGb: 10,
    licenses: ['ubuntu-os-cloud/ubuntu-2404-lts'],
    licenseCode: '3242930272766215801',
    features: `${UBUNTU} SNP_SVSM_CAPABLE`,
    guest: 'ubuntu-2404-lts',
    families: [
      {
        family: 'ubuntu-2404-lts-amd64',
        images:
          'ubuntu-2404-noble-amd64-v20260826 ubuntu-2404-noble-amd64-v20260820 ' +
          'ubuntu-2404-noble-amd64-v20260422',
      },
      {
        family: 'ubuntu-2404-lts-arm64',
        images: 'ubuntu-2404-noble-arm64-v20260422 ubuntu-2404-noble-arm64-v20241004',
        arm: true,
      },
    ],
  },
  {
    project: 'ubuntu-os-cloud',
    description: 'Canonical, Ubuntu, 24.04 LTS Minimal, {arch} noble minimal image built on {iso}',
    diskSizeGb: 10,
    licenses: ['ubuntu-os-cloud/ubuntu-2404-lts'],
    licenseCode: '3242930272766215801',
    features: `${UBUNTU} SNP_SVSM_CAPABLE`,
    guest: 'ubuntu-2404-lts',
    families: [
      {
        family: 'ubuntu-minimal-2404-lts-amd64',
        images:
          'ubuntu-minimal-2404-noble-amd64-v20260422 ubuntu-minimal-2404-noble-amd64-v20241004',
      },
      {
        family: 'ubuntu-minimal-2404-lts-arm64',
        images:
          'ubuntu-minimal-2404-noble-arm64-v20260422 ubuntu-minimal-2404-noble-arm64-v20241004',
        arm: true,
      },
    ],
  },
  {
    project: 'ubuntu-os-cloud',
    description: 'Canonical, Ubuntu, 25.10, {arch} questing image built on {iso}',
    diskSizeGb: 10,
    licenses: ['ubuntu-os-cloud/ubuntu-2510'],
    features: UBUNTU,
    families: [
      { family: 'ubuntu-2510-amd64', images: 'ubuntu-2510-questing-amd64-v20260422', over: true },
      {
        family: 'ubuntu-2510-arm64',
        images: 'ubuntu-2510-questing-arm64-v20260422',
        arm: true,
        over: true,
      },
    ],
  },
  {
    project: 'ubuntu-os-cloud',
    description: 'Canonical, Ubuntu, 26.04 LTS, {arch} resolute image built on {iso}',
    diskSizeGb: 10,
    licenses: ['ubuntu-os-cloud/ubuntu-2604-lts'],
    features: UBUNTU,
    families: [
      {
        family: 'ubuntu-2604-lts-amd64',
        images: 'ubuntu-2604-resolute-amd64-v20260918 ubuntu-2604-resolute-amd64-v20260421',
      },
      {
        family: 'ubuntu-2604-lts-arm64',
        images: 'ubuntu-2604-resolute-arm64-v20260918 ubuntu-2604-resolute-arm64-v20260421',
        arm: true,
      },
    ],
  },
  {
    project: 'cos-cloud',
    description: 'Google, Container-Optimized OS, {arch} built on {date}',
    diskSizeGb: 10,
    licenses: COS_LICENSES,
    features: COS,
    guest: 'cos-stable',
    arch: ['x86_64', 'arm64'],
    families: [
      {
        family: 'cos-stable',
        images: 'cos-stable-121-18867-528-78@20260901 cos-stable-117-18613-75-26@20241105',
      },
      {
        family: 'cos-125-lts',
        images: 'cos-125-19216-700-7@20260928 cos-125-19216-532-62@20260817',
      },
      {
        family: 'cos-121-lts',
        images: 'cos-121-18867-624-2@20260928 cos-121-18867-528-43@20260817',
      },
      {
        family: 'cos-arm64-stable',
        images:
          'cos-arm64-stable-121-18867-528-78@20260901 cos-arm64-stable-117-18613-75-26@20241105',
        arm: true,
      },
      {
        family: 'cos-arm64-121-lts',
        images: 'cos-arm64-121-18867-624-2@20260928 cos-arm64-121-18867-528-43@20260817',
        arm: true,
      },
    ],
  },
  {
    project: 'rocky-linux-cloud',
    description: 'Rocky Linux, Rocky Linux, 8, {arch} built on {date}',
    diskSizeGb: 20,
    licenses: ['rocky-linux-cloud/rocky-linux-8'],
    features: ENTERPRISE,
    arch: X86_AARCH,
    families: [
      { family: 'rocky-linux-8', images: 'rocky-linux-8-v20260910 rocky-linux-8-v20241112' },
    ],
  },
  {
    project: 'rocky-linux-cloud',
    description: 'Rocky Linux, Rocky Linux, 9, {arch} built on {date}',
    diskSizeGb: 20,
    licenses: ['rocky-linux-cloud/rocky-linux-9'],
    features: ENTERPRISE,
    guest: 'rocky-linux-9',
    arch: X86_AARCH,
    families: [
      { family: 'rocky-linux-9', images: 'rocky-linux-9-v20260910 rocky-linux-9-v20241112' },
      {
        family: 'rocky-linux-9-arm64',
        images: 'rocky-linux-9-arm64-v20260910 rocky-linux-9-arm64-v20241112',
        arm: true,
      },
    ],
  },
  {
    project: 'rocky-linux-cloud',
    description: 'Rocky Linux, Rocky Linux, 9 Optimized for Google Cloud, {arch} built on {date}',
    diskSizeGb: 20,
    licenses: ['rocky-linux-cloud/rocky-linux-9-optimized-gcp'],
    features: ENTERPRISE,
    guest: 'rocky-linux-9',
    arch: X86_AARCH,
    families: [
      {
        family: 'rocky-linux-9-optimized-gcp',
        images: 'rocky-linux-9-optimized-gcp-v20260720 rocky-linux-9-optimized-gcp-v20260115',
      },
      {
        family: 'rocky-linux-9-optimized-gcp-arm64',
        images:
          'rocky-linux-9-optimized-gcp-arm64-v20260720 rocky-linux-9-optimized-gcp-arm64-v20241112',
        arm: true,
      },
    ],
  },
  {
    project: 'rocky-linux-cloud',
    description: 'Rocky Linux, Rocky Linux, 10, {arch} built on {date}',
    diskSizeGb: 20,
    licenses: ['rocky-linux-cloud/rocky-linux-10'],
    features: ENTERPRISE,
    arch: X86_AARCH,
    families: [
      { family: 'rocky-linux-10', images: 'rocky-linux-10-v20260930 rocky-linux-10-v20260910' },
      {
        family: 'rocky-linux-10-arm64',
        images: 'rocky-linux-10-arm64-v20260930 rocky-linux-10-arm64-v20260910',
        arm: true,
      },
    ],
  },
  {
    project: 'rhel-cloud',
    description: 'Red Hat, Red Hat Enterprise Linux, 8, {arch} built on {date}',
    diskSizeGb: 20,
    licenses: ['rhel-cloud/rhel-8-server'],
    features: ENTERPRISE,
    arch: X86_AARCH,
    families: [{ family: 'rhel-8', images: 'rhel-8-v20260908 rhel-8-v20241112' }],
  },
  {
    project: 'rhel-cloud',
    description: 'Red Hat, Red Hat Enterprise Linux, 9, {arch} built on {date}',
    diskSizeGb: 20,
    licenses: ['rhel-cloud/rhel-9-server'],
    features: ENTERPRISE,
    arch: X86_AARCH,
    families: [
      { family: 'rhel-9', images: 'rhel-9-v20260908 rhel-9-v20260615 rhel-9-v20241112' },
      {
        family: 'rhel-9-arm64',
        images: 'rhel-9-arm64-v20260908 rhel-9-arm64-v20241112',
        arm: true,
      },
    ],
  },
  {
    project: 'centos-cloud',
    description: 'CentOS, CentOS, Stream 9, {arch} built on {date}',
    diskSizeGb: 20,
    licenses: ['centos-cloud/centos-stream-9'],
    features: ENTERPRISE,
    arch: X86_AARCH,
    families: [
      { family: 'centos-stream-9', images: 'centos-stream-9-v20260513 centos-stream-9-v20241112' },
    ],
  },
  {
    project: 'centos-cloud',
    description: 'CentOS, CentOS, Stream 10, {arch} built on {date}',
    diskSizeGb: 20,
    licenses: ['centos-cloud/centos-stream-10'],
    features: ENTERPRISE,
    arch: X86_AARCH,
    families: [
      {
        family: 'centos-stream-10',
        images: 'centos-stream-10-v20260513 centos-stream-10-v20260505',
      },
    ],
  },
  {
    project: 'windows-cloud',
    description:
      'Microsoft, Windows Server, 2022 Datacenter, Server with Desktop Experience, x64 built on {date}',
    diskSizeGb: 50,
    licenses: ['windows-cloud/windows-server-2022-dc'],
    features: WINDOWS,
    families: [
      {
        family: 'windows-2022',
        images: 'windows-server-2022-dc-v20260909 windows-server-2022-dc-v20260814',
      },
    ],
  },
  {
    project: 'windows-cloud',
    description:
      'Microsoft, Windows Server, 2022 Datacenter Core, Server Core, x64 built on {date}',
    diskSizeGb: 32,
    licenses: ['windows-cloud/windows-server-2022-dc', 'windows-cloud/windows-server-core'],
    features: WINDOWS,
    families: [
      {
        family: 'windows-2022-core',
        images: 'windows-server-2022-dc-core-v20260909 windows-server-2022-dc-core-v20241010',
      },
    ],
  },
  {
    project: 'windows-cloud',
    description:
      'Microsoft, Windows Server, 2025 Datacenter, Server with Desktop Experience, x64 built on {date}',
    diskSizeGb: 50,
    licenses: ['windows-cloud/windows-server-2025-dc'],
    features: WINDOWS,
    families: [
      {
        family: 'windows-2025',
        images: 'windows-server-2025-dc-v20260814 windows-server-2025-dc-v20260414',
      },
    ],
  },
  {
    project: 'opensuse-cloud',
    description: 'openSUSE, openSUSE Leap, 15.6, {arch} built on {date}',
    diskSizeGb: 20,
    licenses: ['opensuse-cloud/opensuse-leap-15'],
    features: ENTERPRISE,
    arch: X86_AARCH,
    families: [
      {
        family: 'opensuse-leap',
        images: 'opensuse-leap-15-6-v20251017-x86-64 opensuse-leap-15-6-v20250408-x86-64',
      },
      {
        family: 'opensuse-leap-arm64',
        images: 'opensuse-leap-15-6-v20241004-arm64 opensuse-leap-15-5-v20240808-arm64',
        arm: true,
      },
    ],
  },
  {
    project: 'suse-cloud',
    description: 'SUSE, SUSE Linux Enterprise Server, 15, {arch} built on {date}',
    diskSizeGb: 10,
    licenses: ['suse-cloud/sles-15'],
    features: ENTERPRISE,
    arch: X86_AARCH,
    families: [
      {
        family: 'sles-15',
        images: 'sles-15-sp6-v20241113-x86-64 sles-15-sp5-v20240913-x86-64',
      },
    ],
  },
  {
    project: 'fedora-coreos-cloud',
    description: 'Fedora, Fedora CoreOS stable, {arch} built on {date}',
    diskSizeGb: 10,
    licenses: ['fedora-coreos-cloud/fedora-coreos-stable'],
    features: ENTERPRISE,
    arch: X86_AARCH,
    families: [
      {
        family: 'fedora-coreos-stable',
        images: 'fedora-coreos-41-20241027-3-0-gcp-x86-64@20241112',
      },
      {
        family: 'fedora-coreos-stable-arm64',
        images: 'fedora-coreos-41-20241027-3-0-gcp-aarch64@20241112',
        arm: true,
      },
    ],
  },
];

/**
 * Projects of public images, as gcloud asks them for their images one after the other
 * (`PUBLIC_IMAGE_PROJECTS` of its constants); some have none in here.
 */
export const IMAGE_PROJECTS: readonly string[] = [
  'centos-cloud',
  'cos-cloud',
  'debian-cloud',
  'fedora-coreos-cloud',
  'opensuse-cloud',
  'oracle-linux-cloud',
  'rhel-cloud',
  'rhel-sap-cloud',
  'rocky-linux-accelerator-cloud',
  'rocky-linux-cloud',
  'suse-cloud',
  'suse-sap-cloud',
  'ubuntu-os-accelerator-images',
  'ubuntu-os-cloud',
  'ubuntu-os-pro-cloud',
  'windows-cloud',
  'windows-sql-cloud',
];
