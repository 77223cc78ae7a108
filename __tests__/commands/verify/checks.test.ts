import type { Image } from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import { judgeImage } from '../../../src/commands/verify/checks/checks.ts'
import type { ImageFacts } from '../../../src/commands/verify/facts.ts'
import { AmiError } from '../../../src/errors.ts'
import { CHECK_IDS, type CheckId } from '../../../src/image/check-ids.ts'
import { load } from '../bake/bake-facts.ts'

const NOW = new Date('2026-06-01T00:00:00Z')
const KEY = 'arn:aws:kms:us-east-1:111122223333:key/golden'

const TAGS = {
  'ami-action:managed': 'true',
  'ami-action:self': 'ami-1',
  'ami-action:family': 'web',
  'ami-action:channel': 'release',
  'ami-action:digest': 'd',
  'ami-action:base': 'ami-base',
  'ami-action:baked-at': '2026-05-01T00:00:00Z',
  'ami-action:valid-until': '2026-07-01T00:00:00Z',
  team: 'platform'
}

const tagged = (tags: Readonly<Record<string, string>>) => ({
  Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
})

/** A good image of the family web, changed. */
function facts(change: Partial<Image> = {}, more: Partial<ImageFacts> = {}): ImageFacts {
  const image = {
    State: 'available' as const,
    ImdsSupport: 'v2.0' as const,
    DeregistrationProtection: 'enabled-without-cooldown',
    ScanResults: { FindingScanDate: NOW },
    BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { SnapshotId: 'snap-1' } }],
    ...tagged(TAGS),
    ...change,
    ImageId: 'ami-1'
  }
  return {
    region: 'us-east-1',
    now: NOW,
    image,
    snapshots: [{ SnapshotId: 'snap-1', State: 'completed', Encrypted: true, KmsKeyId: KEY }],
    launchPermissions: { value: [] },
    base: { value: { ImageId: 'ami-base' } },
    ancestry: { value: [{ ImageId: 'ami-1' }, { ImageId: 'ami-base' }] },
    findings: { value: [] },
    keys: new Map([['alias/golden', { value: { KeyId: 'golden', Arn: KEY } }]]),
    ...more
  }
}

const RECIPE = load(
  'volumes: [{ device: /dev/xvda, kms-key: alias/golden }]',
  'share: { accounts: ["444455556666"] }',
  'tags: { team: platform }'
)
const DENIED = { unknown: new AmiError('PERMISSION', 'ec2:GetImageFindings failed') }
const finding = (SeverityLabel: 'critical' | 'high' | 'medium', Title: string, FixAvailable = true) => ({
  SeverityLabel,
  Title,
  FixAvailable
})

const judged = (of: ImageFacts, recipe = RECIPE) =>
  Object.fromEntries(
    judgeImage(of, recipe, 'image').map(({ id, outcome, found }) => [id, found ? `${outcome}: ${found}` : outcome])
  )

test('a good image passes every check', () => {
  expect(new Set(Object.values(judged(facts())))).toEqual(new Set(['passed', 'not applicable']))
  expect(Object.keys(judged(facts()))).toEqual([...CHECK_IDS])
})

describe('what is wrong with an image is found', () => {
  const rows: [string, CheckId, ImageFacts, string][] = [
    ['one that is disabled', 'available', facts({ State: 'disabled' }), 'failed: it is disabled'],
    [
      'a snapshot that failed',
      'complete',
      facts({}, { snapshots: [{ SnapshotId: 'snap-1', State: 'error', Encrypted: true, KmsKeyId: KEY }] }),
      'failed: snap-1 is error'
    ],
    ['a snapshot that is gone', 'complete', facts({}, { snapshots: [] }), 'failed: snap-1 is not there'],
    [
      'a volume that is not encrypted',
      'encrypted',
      facts({}, { snapshots: [{ SnapshotId: 'snap-1', State: 'completed', Encrypted: false }] }),
      'failed: snap-1 is not'
    ],
    [
      'another key',
      'keys',
      facts({}, { snapshots: [{ SnapshotId: 'snap-1', State: 'completed', Encrypted: true, KmsKeyId: 'arn:other' }] }),
      'failed: /dev/xvda is encrypted with arn:other, not with alias/golden'
    ],
    [
      'a key that may not be looked up',
      'keys',
      facts({}, { keys: new Map([['alias/golden', DENIED]]) }),
      'failed: alias/golden could not be looked up'
    ],
    [
      'IMDSv1',
      'imdsv2',
      facts({ ImdsSupport: undefined }),
      'warned: its instances answer IMDSv1, too, unless their launch says otherwise'
    ],
    ['that it is public', 'private', facts({ Public: true }), 'failed: it is public'],
    [
      'a stranger',
      'private',
      facts({}, { launchPermissions: { value: [{ UserId: '444455556666' }, { UserId: '999999999999' }] } }),
      'failed: 999999999999 may launch it'
    ],
    [
      'a tag of the recipe that is missing',
      'tags',
      facts(tagged({ ...TAGS, team: 'other' })),
      'failed: team is other, not platform'
    ],
    [
      'tags that tell of another image',
      'tags',
      facts(tagged({ ...TAGS, 'ami-action:self': 'ami-2' })),
      'failed: ami-action:self names another image, ami-2'
    ],
    [
      'that it has expired',
      'valid',
      facts(tagged({ ...TAGS, 'ami-action:valid-until': '2026-05-31T00:00:00Z' })),
      'failed: it was valid until 2026-05-31'
    ],
    [
      'a deprecated base',
      'base',
      facts({}, { base: { value: { ImageId: 'ami-base', DeprecationTime: '2026-05-01T00:00:00Z' } } }),
      'warned: ami-base was deprecated on 2026-05-01'
    ],
    [
      'another origin than its tags say',
      'ancestry',
      facts({}, { ancestry: { value: [{ ImageId: 'ami-1' }, { ImageId: 'ami-other' }] } }),
      'warned: its ancestors are ami-other, and not ami-base'
    ],
    [
      'that anybody may deregister it',
      'protected',
      facts({ DeregistrationProtection: 'disabled' }),
      'warned: deregistration protection is disabled'
    ],
    ['that it was never scanned', 'findings', facts({ ScanResults: undefined }), 'failed: it was never scanned'],
    [
      'findings that may not be read',
      'findings',
      facts({}, { findings: DENIED }),
      'failed: ec2:GetImageFindings failed'
    ],
    [
      'severe findings with a fix, and no others',
      'findings',
      facts(
        {},
        {
          findings: {
            value: [finding('high', 'CVE-1'), finding('medium', 'CVE-2'), finding('critical', 'CVE-3', false)]
          }
        }
      ),
      'failed: high: CVE-1'
    ]
  ]
  test.each(rows)('%s', (_, id, of, outcome) => {
    expect(judged(of)[id]).toBe(outcome)
  })
})

describe('the recipe says', () => {
  const withVerify = (verify: string) => load(`verify: ${verify}`)

  test('how severe a check is', () => {
    const recipe = withVerify('{ checks: { imdsv2: fail, protected: "off" } }')
    const found = judged(facts({ ImdsSupport: undefined, DeregistrationProtection: 'disabled' }), recipe)
    expect(found).toMatchObject({ imdsv2: expect.stringMatching(/^failed/), protected: 'off' })
  })

  test.each([
    ['warn', 'warned: it was never scanned'],
    ['pass', 'passed']
  ])('what a missing scan means: %s', (unscanned, outcome) => {
    const recipe = withVerify(`{ findings: { unscanned: ${unscanned} } }`)
    expect(judged(facts({ ScanResults: undefined }), recipe).findings).toBe(outcome)
  })

  test.each([
    ['on its last day', '2026-06-01', 'passed'],
    ['the day after', '2026-05-31', 'failed: high: CVE-1']
  ])('which findings are waived: %s', (_, until, outcome) => {
    const recipe = withVerify(`{ findings: { waivers: [{ id: CVE-1, until: ${until}, why: not reachable }] } }`)
    expect(judged(facts({}, { findings: { value: [finding('high', 'CVE-1')] } }), recipe).findings).toBe(outcome)
  })
})

test('of a copy only what can differ is checked', () => {
  const ids = judgeImage(facts(), RECIPE, 'copy').map(({ id }) => id)
  expect(ids).toEqual(['available', 'complete', 'encrypted', 'keys', 'private', 'tags', 'valid', 'boots'])
})

test('without a recipe nobody is a stranger, and no key is the wrong one', () => {
  const results = judgeImage(
    facts({}, { launchPermissions: { value: [{ UserId: '999999999999' }] } }),
    undefined,
    'image'
  )
  expect(results.filter(({ outcome }) => outcome === 'failed')).toEqual([])
})
