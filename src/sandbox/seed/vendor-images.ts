/** An image that a vendor publishes in every region. */
export interface VendorImage {
  /** Stays the same from release to release: image ids are made from it. */
  readonly slug: string
  /** Of which `--base NAME=TAR` is the root filesystem: `al2023`, `debian-12`; of Windows it is not. */
  readonly family: string
  readonly owner: Owner
  /** `DATE` stands for the day of its release, `20261114`, and `D.A.TE` for `2026.11.14`. */
  readonly name: string
  readonly description: string
  readonly architecture: 'x86_64' | 'arm64'
  readonly ageDays: number
  readonly root: '/dev/xvda' | '/dev/sda1'
  readonly sizeGiB: number
  readonly volumeType: 'gp2' | 'gp3'
  /** The public parameters that lead to it. */
  readonly parameters: readonly string[]
  readonly windows?: boolean
  readonly ephemeral?: readonly string[]
  readonly productCode?: string
  readonly instanceStore?: boolean
}

interface Owner {
  readonly id: string
  readonly alias?: 'amazon' | 'aws-marketplace'
}

/**
 * The accounts that publish, and how EC2 calls them. Verified providers share the alias `amazon`.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sharing-amis.html#usingsharedamis-finding
 */
const AMAZON_LINUX: Owner = { id: '137112412989', alias: 'amazon' }
const AMAZON_WINDOWS: Owner = { id: '801119661308', alias: 'amazon' }
const DEBIAN: Owner = { id: '136693071363', alias: 'amazon' }
const CANONICAL: Owner = { id: '099720109477', alias: 'amazon' }
const MARKETPLACE: Owner = { id: '679593333241', alias: 'aws-marketplace' }
const IMPORTER: Owner = { id: '702113645298' }

type Architecture = VendorImage['architecture']
const BOTH: readonly Architecture[] = ['x86_64', 'arm64']
const debianName = (architecture: Architecture): string => (architecture === 'x86_64' ? 'amd64' : 'arm64')

const LINUX = { root: '/dev/xvda', sizeGiB: 8, volumeType: 'gp3' } as const

function amazonLinux(architecture: Architecture, release: 'current' | 'previous'): VendorImage {
  const current = release === 'current'
  const parameter = (kernel: string) =>
    `/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-${kernel}-${architecture}`
  return {
    ...LINUX,
    slug: `al2023/${architecture}/${release}`,
    family: 'al2023',
    owner: AMAZON_LINUX,
    name: `al2023-ami-2023.9.DATE.0-kernel-6.1-${architecture}`,
    description: `Amazon Linux 2023 AMI 2023.9.DATE.0 ${architecture} HVM kernel-6.1`,
    architecture,
    ageDays: current ? 9 : 37,
    parameters: current ? [parameter('default'), parameter('6.1')] : []
  }
}

/** @see https://wiki.debian.org/Cloud/AmazonEC2Image/Bookworm */
function debian(architecture: Architecture): VendorImage {
  const port = debianName(architecture)
  return {
    ...LINUX,
    slug: `debian-12/${architecture}`,
    family: 'debian-12',
    owner: DEBIAN,
    name: `debian-12-${port}-DATE-2278`,
    description: 'Debian 12 (DATE-2278)',
    architecture,
    ageDays: 14,
    parameters: [`/aws/service/debian/release/12/latest/${port}`]
  }
}

/** @see https://documentation.ubuntu.com/aws/aws-how-to/instances/find-ubuntu-images/ */
function ubuntu(architecture: Architecture, version: '24.04' | '22.04'): VendorImage {
  const port = debianName(architecture)
  const newer = version === '24.04'
  const [codename, folder, volumeType] = newer
    ? (['noble', 'hvm-ssd-gp3', 'gp3'] as const)
    : (['jammy', 'hvm-ssd', 'gp2'] as const)
  return {
    ...LINUX,
    slug: `ubuntu-${version}/${architecture}`,
    family: `ubuntu-${version}`,
    owner: CANONICAL,
    name: `ubuntu/images/${folder}/ubuntu-${codename}-${version}-${port}-server-DATE`,
    description: `Canonical, Ubuntu, ${version}, ${port} ${codename} image`,
    architecture,
    ageDays: 12,
    root: '/dev/sda1',
    volumeType,
    ephemeral: ['/dev/sdb', '/dev/sdc'],
    parameters: [`/aws/service/canonical/ubuntu/server/${version}/stable/current/${port}/hvm/ebs-${volumeType}/ami-id`]
  }
}

const WINDOWS = {
  owner: AMAZON_WINDOWS,
  architecture: 'x86_64',
  root: '/dev/sda1',
  sizeGiB: 30,
  volumeType: 'gp2',
  windows: true
} as const

/** @see https://docs.aws.amazon.com/ec2/latest/windows-ami-reference/ec2-windows-ami-version-history.html */
function windows(year: string, prefix = ''): VendorImage {
  const edition = `${prefix}Windows_Server-${year}-English-Full-Base`
  return {
    ...WINDOWS,
    slug: `${prefix}windows-${year}`,
    family: `windows-${year}`,
    name: `${edition}-D.A.TE`,
    description: `Microsoft Windows Server ${year} Full Locale English AMI provided by Amazon`,
    ageDays: 11,
    ephemeral: ['xvdca', 'xvdcb'],
    parameters: [`/aws/service/ami-windows-latest/${edition}`]
  }
}

/** What no public parameter leads to: each is launched, or refused, in a way of its own. */
const OTHERS: readonly VendorImage[] = [
  {
    ...WINDOWS,
    slug: 'windows-2012-r2',
    family: 'windows-2012-r2',
    name: 'Windows_Server-2012-R2_RTM-English-64Bit-Base-D.A.TE',
    description: 'Microsoft Windows Server 2012 R2 RTM 64-bit Locale English AMI provided by Amazon',
    ageDays: 640,
    parameters: []
  },
  {
    ...LINUX,
    slug: 'marketplace',
    family: 'debian-12',
    owner: MARKETPLACE,
    name: 'Hardened Debian 12 - v07 -prod-s2fy2g55okxhk',
    description: 'Hardened Debian 12',
    architecture: 'x86_64',
    ageDays: 60,
    productCode: '8t4e6zqgg8ci6yhg8jx1fepz4',
    parameters: []
  },
  {
    ...LINUX,
    slug: 'imported',
    family: 'debian-11',
    owner: IMPORTER,
    name: 'import-ami-0f2e5c1d8a7b94630',
    description: 'AWS-VMImport service: Linux - Debian GNU/Linux 11 (bullseye) - 5.10.0-32-amd64',
    architecture: 'x86_64',
    ageDays: 200,
    root: '/dev/sda1',
    volumeType: 'gp2',
    parameters: []
  },
  {
    ...LINUX,
    slug: 'instance-store',
    family: 'al1',
    owner: AMAZON_LINUX,
    name: 'amzn-ami-hvm-2018.03.0.DATE.0-x86_64-s3',
    description: 'Amazon Linux AMI 2018.03.0.DATE.0 x86_64 HVM S3',
    architecture: 'x86_64',
    ageDays: 700,
    instanceStore: true,
    parameters: []
  }
]

/** The images of every region, as their vendors name them. */
export const VENDOR_IMAGES: readonly VendorImage[] = [
  ...BOTH.flatMap(architecture => [amazonLinux(architecture, 'current'), amazonLinux(architecture, 'previous')]),
  ...BOTH.map(debian),
  ...BOTH.flatMap(architecture => [ubuntu(architecture, '24.04'), ubuntu(architecture, '22.04')]),
  ...['2016', '2019', '2022', '2025'].map(year => windows(year)),
  ...['2016', '2019'].map(year => windows(year, 'EC2LaunchV2-')),
  ...OTHERS
]
