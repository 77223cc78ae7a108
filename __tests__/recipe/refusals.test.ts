import { afterAll, describe, expect, test } from '@jest/globals'
import { minimal, Workspace } from './workspace.ts'

const workspace = new Workspace().write({ 'images/windows.sh': 'echo a\r\necho b\r\n', 'images/ok.sh': 'echo ok\n' })
afterAll(() => workspace.remove())

const withBase = (base: string): string => minimal().replace('{ id: ami-0123456789abcdef0 }', base)
const withVolumes = (...volumes: readonly string[]): string =>
  minimal('volumes:', ...volumes.map(each => `  - ${each}`))
const withStep = (step: string): string => minimal('provision:', '  steps:', `    - ${step}`)

const FAMILY = 'a family name of 1 to 96 letters, digits, dots, dashes and underscores, such as web'
const DURATION = 'a duration such as 90m, 36h or 60d'
const KINDS = 'id, ssm, name with owners, instance or snapshot'
const GIB = 'a whole number of GiB from 1 to 65536, such as 16'
const DEVICE = 'a device name such as /dev/xvda or /dev/sdf'
const OWNER = 'an account id of twelve digits in quotes, self, amazon, aws-marketplace or aws-backup-vault'

/** What is written, and the whole of what is said to it: line, column, message. */
type Row = readonly [name: string, yaml: string, ...said: readonly string[]]

const yamlRows: readonly Row[] = [
  [
    'an open list',
    'family: [web',
    '1:13 Not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]'
  ],
  ['a tab', 'family: web\nbase:\n\tid: x', '3:1 Not valid YAML: Tabs are not allowed as indentation'],
  ['a key twice', minimal('family: app'), '4:1 Not valid YAML: Map keys must be unique'],
  ['two documents', 'a: 1\n---\nb: 2', '2:1 Not valid YAML: Expected one document, found several'],
  ['an unknown YAML tag', 'family: !secret web', '1:9 Not valid YAML: Unresolved tag: !secret'],
  ['a list', '- family: web', '1:1 The recipe: expected a mapping, found a list'],
  ['nothing', ' \n', "- Expected 'images/web.yml' to be UTF-8 text, found it empty"]
]

const keyRows: readonly Row[] = [
  ['a misspelt key', minimal('strategey: full'), '4:1 strategey: unknown key; did you mean strategy?'],
  [
    'a misspelt key, nested',
    minimal('builder: { instance-type: [a1.large] }'),
    '4:12 builder.instance-type: unknown key; did you mean instance-types?'
  ],
  [
    'a misspelt key in a list',
    withStep('{ runn: echo }'),
    '6:9 provision.steps[0].runn: unknown key; did you mean run?'
  ],
  [
    'a key like no other',
    minimal('share: { planets: [] }'),
    '4:10 share.planets: unknown key; expected accounts or organizations'
  ],
  [
    'a key of JavaScript',
    minimal('share: { __proto__: 1 }'),
    '4:10 share.__proto__: unknown key; expected accounts or organizations'
  ],
  ['a merge key', minimal('share: { <<: { a: 1 } }'), '4:10 share.<<: unknown key; expected accounts or organizations'],
  [
    'all that is missing, at once',
    'purpose: image',
    `1:1 family: expected ${FAMILY}, found nothing`,
    '1:1 strategy: expected full, partial or os-only, found nothing',
    '1:1 base: expected a mapping, found nothing'
  ]
]

const lifeRows: readonly Row[] = [
  ['a family with a space', minimal().replace('web', 'we b'), `1:9 family: expected ${FAMILY}, found 'we b'`],
  ['a number as family', minimal().replace('web', '7'), `1:9 family: expected ${FAMILY}, found 7`],
  [
    'a misspelt strategy',
    minimal().replace('partial', 'partail'),
    "2:11 strategy: expected full, partial or os-only, found 'partail'; did you mean partial?"
  ],
  ['a duration in words', minimal('valid-for: 60 days'), `4:12 valid-for: expected ${DURATION}, found '60 days'`],
  ['a duration without a unit', minimal('valid-for: 60'), `4:12 valid-for: expected ${DURATION}, found 60`],
  [
    'a duration of nothing',
    minimal('valid-for: 0d'),
    `4:12 valid-for: expected ${DURATION}, of at most ten years, found '0d'`
  ],
  [
    'a duration of an age',
    minimal('valid-for: 9999d'),
    `4:12 valid-for: expected ${DURATION}, of at most ten years, found '9999d'`
  ],
  [
    'due before it is valid',
    minimal('valid-for: 5d', 'rebuild-before: 7d'),
    '5:17 rebuild-before: expected less than valid-for (5 d), found 7 d: every image would be due at once'
  ],
  [
    'a short window, due by default',
    minimal('valid-for: 12h'),
    '1:1 rebuild-before: expected less than valid-for (12 h), found 7 d: every image would be due at once'
  ],
  [
    'a placeholder that is none',
    minimal('name: "{family}-{dat}"'),
    '4:7 name: expected the placeholders {family} {strategy} {date} {time} {digest}, found {dat}'
  ],
  [
    'a name that EC2 refuses',
    minimal('name: "web#{digest}"'),
    "4:7 name: expected letters, digits, spaces and ( ) [ ] . / - ' @ _, found '#'"
  ],
  ['a name that is too short', minimal('name: ab'), '4:7 name: expected 3 to 128 characters, found 2'],
  [
    'a backup of an image',
    minimal('purpose: backup'),
    '4:10 purpose: expected base: { instance: … } for a backup, found base: { id: … }'
  ]
]

const baseRows: readonly Row[] = [
  [
    'a bad image id',
    withBase('{ id: ami-web }'),
    "3:13 base.id: expected an image id such as ami-0123456789abcdef0, found 'ami-web'"
  ],
  [
    'two bases',
    withBase('{ id: ami-12345678, ssm: /a/b }'),
    `3:7 base: expected exactly one of ${KINDS}, found id and ssm`
  ],
  ['no base', withBase('{}'), `3:7 base: expected exactly one of ${KINDS}, found none of them`],
  [
    'a name of anybody',
    withBase('{ name: "debian-*" }'),
    '3:7 base: expected owners beside name: anybody can publish an image by any name'
  ],
  [
    'an owner as a number',
    withBase('{ owners: [111122223333], name: x }'),
    `3:18 base.owners[0]: expected ${OWNER}, found 111122223333`
  ],
  [
    'no owner',
    withBase('{ owners: [], name: x }'),
    '3:17 base.owners: expected at least one owner, found an empty list'
  ],
  [
    'an unknown architecture',
    withBase('{ owners: [self], name: x, architecture: arm }'),
    "3:48 base.architecture: expected x86_64 or arm64, found 'arm'; did you mean arm64?"
  ],
  [
    'an instance without a policy',
    withBase('{ instance: i-12345678 }'),
    '3:7 base: expected reboot: stop, reboot or none beside instance'
  ],
  [
    'a reboot of an image',
    withBase('{ id: ami-12345678, reboot: stop }'),
    '3:7 base: reboot goes with instance only, found it with id'
  ],
  [
    'an age of a snapshot',
    withBase('{ snapshot: snap-12345678, max-age: 3d }'),
    '3:7 base: max-age goes with id, ssm, name only, found it with snapshot'
  ],
  [
    'stale beside an instance',
    withBase('{ instance: i-0123456789abcdef0, reboot: none, stale: warn }'),
    '3:7 base: stale goes with id, ssm, name only, found it with instance'
  ],
  [
    'what is to become of a stale base',
    withBase('{ id: ami-0123456789abcdef0, stale: ignore }'),
    "3:43 base.stale: expected refuse or warn, found 'ignore'"
  ],
  [
    'a snapshot without architecture',
    withBase('{ snapshot: snap-0123456789abcdef0 }'),
    '3:7 base: expected architecture: x86_64 or arm64 beside snapshot, which does not tell it'
  ],
  [
    'a TPM without UEFI',
    withBase('{ snapshot: snap-0123456789abcdef0, architecture: x86_64, tpm: v2.0 }'),
    '3:7 base: tpm goes with boot-mode: uefi only, found none'
  ],
  [
    'a boot mode that arm64 has not',
    withBase('{ snapshot: snap-0123456789abcdef0, architecture: arm64, boot-mode: legacy-bios }'),
    '3:7 base: architecture: arm64 goes with boot-mode: uefi only, found legacy-bios'
  ],
  [
    'a boot mode beside an image',
    withBase('{ id: ami-0123456789abcdef0, boot-mode: uefi }'),
    '3:7 base: boot-mode goes with snapshot only, found it with id'
  ],
  [
    'an instance that is to be no backup',
    `${withBase('{ instance: i-0123456789abcdef0, reboot: none }')}purpose: image\n`,
    '4:10 purpose: an instance as it is makes a backup, no image: it is neither provisioned nor sealed, so its identity and secrets would be in every copy'
  ],
  [
    'volumes and steps with a snapshot',
    `${withBase('{ snapshot: snap-0123456789abcdef0, architecture: x86_64 }')}volumes: [{ device: /dev/sdf, size: 1 }]\nprovision: { steps: [{ run: echo }] }\n`,
    '4:10 volumes: expected none with base: { snapshot: … }, found 1',
    '5:21 provision.steps: expected none with base: { snapshot: … }, found 1; register the image first, and build from it by id'
  ],
  [
    'a boost that gp3 has not',
    minimal('builder: { boost: { iops: 100, throughput: 125 } }'),
    '4:27 builder.boost.iops: expected a whole number from 3000 to 80000, found 100'
  ]
]

const builderRows: readonly Row[] = [
  [
    'a bad subnet id',
    minimal('builder: { subnets: [subnet-1] }'),
    "4:22 builder.subnets[0]: expected a subnet id such as subnet-0123456789abcdef0, found 'subnet-1'"
  ],
  [
    'subnets by another key',
    minimal('builder: { subnets: [{ tags: { a: b } }] }'),
    '4:22 builder.subnets[0]: expected a subnet id such as subnet-0123456789abcdef0 or { tag: { name: value } }, found a mapping'
  ],
  [
    'no instance type',
    minimal('builder: { instance-types: [] }'),
    '4:28 builder.instance-types: expected at least one instance type, found an empty list'
  ],
  [
    'a bad instance type',
    minimal('builder: { instance-types: [big] }'),
    "4:29 builder.instance-types[0]: expected an instance type such as m7i.large, found 'big'"
  ],
  [
    'yes, which is text in YAML 1.2',
    minimal('builder: { public-ip: yes }'),
    "4:23 builder.public-ip: expected true or false, found 'yes'"
  ]
]

const volumeRows: readonly Row[] = [
  ['a bad device', withVolumes('{ device: sda }'), `5:15 volumes[0].device: expected ${DEVICE}, found 'sda'`],
  ['no device', withVolumes('{ size: 8 }'), `5:5 volumes[0].device: expected ${DEVICE}, found nothing`],
  [
    'a size with a unit',
    withVolumes('{ device: /dev/sdf, size: 8GB }'),
    `5:31 volumes[0].size: expected ${GIB}, found '8GB'`
  ],
  ['a size of nothing', withVolumes('{ device: /dev/sdf, size: 0 }'), `5:31 volumes[0].size: expected ${GIB}, found 0`],
  ['half a GiB', withVolumes('{ device: /dev/sdf, size: 8.5 }'), `5:31 volumes[0].size: expected ${GIB}, found 8.5`],
  [
    'a device twice',
    withVolumes('{ device: /dev/sdf }', '{ device: /dev/sdf }'),
    '6:5 volumes[1]: /dev/sdf is listed already, as volumes[0]'
  ],
  [
    'IOPS without a type',
    withVolumes('{ device: /dev/sdf, iops: 3000 }'),
    '5:5 volumes[0]: expected type gp3, io1 or io2 beside iops, found no type'
  ],
  [
    'io2 without IOPS',
    withVolumes('{ device: /dev/sdf, type: io2 }'),
    '5:5 volumes[0]: expected iops beside type io2, found none'
  ],
  [
    'throughput of gp2',
    withVolumes('{ device: /dev/sdf, type: gp2, throughput: 200 }'),
    '5:5 volumes[0]: expected type gp3 beside throughput, found gp2'
  ],
  [
    'a bad key',
    withVolumes('{ device: /dev/sdf, kms-key: my key }'),
    "5:34 volumes[0].kms-key: expected a KMS key: an alias such as alias/golden, a key id, or an ARN, found 'my key'"
  ],
  [
    'a region without a key for a volume that has one',
    `${withVolumes('{ device: /dev/sdf, kms-key: alias/a }')}regions: { us-east-1: {}, eu-west-1: {} }`,
    '6:38 regions.eu-west-1: expected kms-keys to hold a key for /dev/sdf, which is encrypted with alias/a, found none'
  ]
]

const stepRows: readonly Row[] = [
  [
    'two kinds of step',
    withStep('{ run: a, script: ok.sh }'),
    '6:7 provision.steps[0]: expected exactly one of run, script, files, found run and script'
  ],
  [
    'no kind of step',
    withStep('{ name: a }'),
    '6:7 provision.steps[0]: expected exactly one of run, script, files, found none of them'
  ],
  [
    'a number in env',
    withStep('{ run: a, env: { PORT: 80 } }'),
    '6:30 provision.steps[0].env.PORT: expected text; put it in quotes, found 80'
  ],
  [
    'a bad variable',
    withStep('{ run: a, env: { A-B: x } }'),
    "6:24 provision.steps[0].env: expected a variable name of letters, digits and underscores as the key, found 'A-B'"
  ],
  [
    'a missing script',
    withStep('script: scripts/none.sh'),
    "6:15 Expected a file at 'images/scripts/none.sh', found none"
  ],
  [
    'a script outside the workspace',
    withStep('script: ../../x.sh'),
    "6:15 Expected a file inside the workspace, found '../../x.sh', which leads out of it"
  ],
  [
    'an absolute script',
    withStep('script: /etc/passwd'),
    "6:15 Expected a file inside the workspace, found '/etc/passwd', which leads out of it"
  ],
  ['a folder as script', withStep('script: .'), "6:15 Expected a file at '.', found something else"],
  [
    'a script with Windows line ends',
    withStep('script: windows.sh'),
    "6:7 Expected 'windows.sh' to have Unix line ends, found Windows ones, which bash cannot run"
  ],
  [
    'a file to a relative path',
    withStep('files: { ok.sh: etc/ok }'),
    "6:23 provision.steps[0].files.ok.sh: expected an absolute path in the image, found 'etc/ok'"
  ],
  [
    'files as a test',
    minimal('test: [{ files: { ok.sh: /etc/ok } }]'),
    '4:8 test[0]: expected run or script, found files'
  ],
  [
    'an unknown way in',
    minimal('provision: { via: ssh }'),
    "4:19 provision.via: expected ssm or user-data, found 'ssh'; did you mean ssm?"
  ],
  [
    'steps of os-only',
    withStep('run: a').replace('partial', 'os-only'),
    '6:5 provision.steps: expected none with strategy os-only, found 1'
  ],
  [
    'patches of a backup',
    minimal('provision: { patch: true }').replace(
      '{ id: ami-0123456789abcdef0 }',
      '{ instance: i-12345678, reboot: none }'
    ),
    '4:21 provision.patch: expected none with a backup, which is taken as it is'
  ],
  [
    'missing user data',
    minimal('launch: { user-data: none.sh }'),
    "4:22 Expected a file at 'images/none.sh', found none"
  ],
  [
    'launch without user data',
    minimal('launch: {}'),
    '4:9 launch.user-data: expected the path of a file, from the recipe, found nothing'
  ]
]

const laterRows: readonly Row[] = [
  [
    'a region that is none',
    minimal('regions: { europe: {} }'),
    "4:12 regions: expected a region such as us-east-1 as the key, found 'europe'"
  ],
  ['regions as a list', minimal('regions: [us-east-1]'), '4:10 regions: expected a mapping, found a list'],
  [
    'an account as a number',
    minimal('share: { accounts: [111122223333] }'),
    '4:21 share.accounts[0]: expected an account id of twelve digits in quotes, found 111122223333'
  ],
  [
    "AWS's own tag",
    minimal('tags: { "aws:x": a }'),
    '4:18 tags.aws:x: expected a key that does not start with aws:, which AWS keeps for itself'
  ],
  [
    'our own tag',
    minimal('tags: { "ami-action:self": a }'),
    '4:28 tags.ami-action:self: expected a key that does not start with ami-action:, which this action writes'
  ],
  [
    'a long tag',
    minimal(`tags: { a: ${'x'.repeat(257)} }`),
    '4:12 tags.a: expected a value of at most 256 characters, found 257'
  ],
  [
    'a copy in 20 minutes',
    minimal('copy: { completion: 20m }'),
    '4:21 copy.completion: expected 15m to 48h in steps of 15m, found 20 min'
  ],
  [
    'rings without a parameter',
    minimal('publish: { launch-template: web, rings: [canary] }'),
    '4:41 publish.rings: expected publish.ssm beside it, whose versions they label'
  ],
  [
    'a ring twice',
    minimal('publish: { ssm: /golden/web, rings: [canary, canary] }'),
    '4:37 publish.rings: expected every ring once, found canary, canary'
  ],
  [
    'a ring that Parameter Store would not take as a label',
    minimal('publish: { ssm: /golden/web, rings: [aws-1] }'),
    "4:38 publish.rings[0]: expected the name of a ring such as canary: letters, digits, dots, dashes, underscores, found 'aws-1'"
  ],
  [
    'an instance refresh without a template',
    minimal('publish: { ssm: /golden/web, instance-refresh: [web-asg] }'),
    '4:48 publish.instance-refresh: expected publish.launch-template beside it, which the groups launch from'
  ],
  [
    'an unknown severity',
    minimal('verify: { findings: { fail-on: hihg } }'),
    "4:32 verify.findings.fail-on: expected low, medium, high or critical, found 'hihg'; did you mean high?"
  ],
  [
    'a waiver until some day',
    minimal('verify: { findings: { waivers: [{ id: CVE-1, until: soon, why: x }] } }'),
    "4:53 verify.findings.waivers[0].until: expected a date such as 2027-01-31, found 'soon'"
  ],
  [
    'more than all',
    minimal('enforce: { max-percent: 101 }'),
    '4:25 enforce.max-percent: expected a percentage from 0 to 100, found 101'
  ],
  ['keeping none', minimal('sunset: { keep: 0 }'), '4:17 sunset.keep: expected a whole number from 1 to 1000, found 0'],
  [
    'a parameter without a path',
    minimal('publish: { ssm: golden }'),
    "4:17 publish.ssm: expected a parameter name such as /golden/web, found 'golden'"
  ]
]

describe.each([
  ['YAML', yamlRows],
  ['keys', keyRows],
  ['life', lifeRows],
  ['base', baseRows],
  ['builder', builderRows],
  ['volumes', volumeRows],
  ['steps', stepRows],
  ['later commands', laterRows]
])('a recipe is refused: %s', (_, rows) => {
  test.each(rows)('%s', (_name, yaml, ...said) => {
    expect(workspace.refusals(yaml)).toEqual(said)
  })
})

test('all problems are told at once, by their lines', () => {
  const yaml = minimal('valid-for: soon', 'volumes:', '  - { device: sda, size: big }', 'colour: red')
  expect(workspace.refusals(yaml).map(line => line.split(' ')[0])).toEqual(['4:12', '6:15', '6:26', '7:1'])
})
