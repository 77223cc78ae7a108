import { describe, expect, test } from '@jest/globals'
import { describeOutcome } from '../../../../src/commands/bake/outcome/outcome.ts'
import { Stages } from '../../../../src/commands/bake/outcome/stages.ts'
import type { BakeStory } from '../../../../src/commands/bake/outcome/story.ts'
import { planBake } from '../../../../src/commands/bake/plan/plan.ts'
import type { FinishedImage } from '../../../../src/commands/new-image.ts'
import { AmiError } from '../../../../src/errors.ts'
import { KeptRun } from '../../../aws/kept-run.ts'
import { facts, image, load, ORDER } from '../bake-facts.ts'

const RECIPE = load()
const PLAN = planBake(RECIPE, facts(), ORDER)
const DIGEST = PLAN.digest
const KEY = 'arn:aws:kms:us-east-1:111122223333:key/12345678-1234-1234-1234-123456789012'
const BAKED: FinishedImage = {
  image: image({ ImageId: 'ami-new', Name: 'web-1' }),
  snapshots: [{ SnapshotId: 'snap-1', VolumeSize: 8, Encrypted: true, KmsKeyId: KEY }]
}
const FAILURE = new AmiError('STEP_FAILED', "Step 'a' ended with exit code 1.\nIts last lines:\n  ```\n  | x |")

function stages(...list: readonly (readonly [name: string, startSecond: number, seconds: number, failed?: true])[]) {
  const made = new Stages()
  for (const [name, start, seconds, failed = false] of list) {
    made.done.push({ name, start: new Date(Date.UTC(2026, 5, 1, 12, 0, start)), seconds, failed })
  }
  return made
}

const story = (more: Partial<BakeStory> = {}): BakeStory => ({
  run: new KeptRun(),
  stages: stages(['plan', 0, 1.25], ['launch', 1, 20], ['provision', 21, 100]),
  ...more
})

describe('a bake that succeeded', () => {
  const outcome = describeOutcome(story({ recipe: RECIPE, plan: PLAN, baked: BAKED }))

  test('has outputs for the jobs that follow', () => {
    const { plan, ...outputs } = outcome.outputs
    expect(outputs).toEqual({
      images: '{"us-east-1":"ami-new"}',
      'image-id': 'ami-new',
      reused: 'false',
      digest: DIGEST,
      'valid-until': '2026-07-31T12:34:56.000Z'
    })
    expect(JSON.parse(plan ?? '')).toMatchObject({ baseImageId: 'ami-0123456789abcdef0', digest: DIGEST })
  })

  test('has no error', () => {
    expect('error' in outcome).toBe(false)
  })

  test('is reported whole', () => {
    expect(outcome.report).toMatchObject({
      command: 'bake',
      run: 'run-1',
      family: 'web',
      strategy: 'partial',
      region: 'us-east-1',
      base: { id: 'ami-0123456789abcdef0', name: 'debian-13' },
      digest: DIGEST,
      validUntil: '2026-07-31T12:34:56.000Z',
      takenUp: false,
      image: { imageId: 'ami-new', name: 'web-1', architecture: 'x86_64' },
      snapshots: [{ snapshotId: 'snap-1', sizeGiB: 8, encrypted: true, kmsKeyId: KEY }],
      stages: [
        { name: 'plan', start: '2026-06-01T12:00:00.000Z', seconds: 1.25, failed: false },
        { name: 'launch', seconds: 20 },
        { name: 'provision', seconds: 100 }
      ]
    })
  })

  test('is summarized on one page', () => {
    expect(outcome.summary).toBe(`## ✅ Baked web: \`ami-new\`

| Image | \`ami-new\` web-1 |
| :--- | :--- |
| Region | us-east-1 |
| Base | \`ami-0123456789abcdef0\` debian-13 |
| Recipe | images/web.yml · partial · 0 steps via user-data |
| Valid until | 2026-07-31 (60 d) |
| Why | it is the first |
| Digest | \`${DIGEST.slice(0, 12)}\` |
| Time | 2 min 1 s |

| Snapshot | Size | Key |
| --- | --- | --- |
| \`snap-1\` | 8 GiB | 🔒 \`12345678-1234-1234-1234-123456789012\` |

\`\`\`mermaid
gantt
  title Stages
  dateFormat x
  axisFormat %M:%S
  plan (1.3 s) :0, 1s
  launch (20 s) :1000, 20s
  provision (1 min 40 s) :21000, 100s
\`\`\`
`)
  })
})

test('an image that was taken up is reported as such', () => {
  const unfinished = { imageId: 'ami-new', name: 'web-1', validUntil: PLAN.validUntil }
  expect(describeOutcome(story({ recipe: RECIPE, plan: { ...PLAN, unfinished }, baked: BAKED })).report).toMatchObject({
    takenUp: true
  })
})

describe('a dry run', () => {
  const run = new KeptRun({ dryRun: true })
  const { outputs, summary } = describeOutcome(
    story({ run, recipe: RECIPE, plan: PLAN, stages: stages(['plan', 0, 1]) })
  )

  test('has a plan, and no image', () => {
    expect(Object.keys(outputs).sort()).toEqual(['digest', 'plan', 'valid-until'])
  })

  test('says where and what it would launch', () => {
    expect(summary).toMatch(/^## 📝 Plan for web; nothing was changed\n/)
    expect(summary).toContain(`| Image | ${PLAN.imageName} |\n`)
    expect(summary).toContain('| Builder | m7i.large in subnet-a, m7i.large in subnet-b, m6i.large in subnet-a |\n')
    expect(summary).toContain('| Volumes | /dev/xvda as the base default key |\n')
    expect(summary).not.toContain('mermaid')
  })
})

describe('a bake that failed', () => {
  test('before it had a recipe tells of nothing but the failure', () => {
    const outcome = describeOutcome(story({ stages: stages() }), FAILURE)
    expect(outcome).toEqual({
      outputs: {},
      report: { command: 'bake', run: 'run-1', stages: [] },
      summary:
        "## ❌ Baking an image failed\n\n```text\nStep 'a' ended with exit code 1.\nIts last lines:\n  '''\n  | x |\n```\n",
      error: FAILURE
    })
  })

  test('after its plan tells how far it came', () => {
    const failed = stages(['plan', 0, 1], ['launch', 1, 20, true])
    const { summary, outputs } = describeOutcome(story({ recipe: RECIPE, plan: PLAN, stages: failed }), FAILURE)
    expect(summary).toMatch(/^## ❌ Baking web failed\n/)
    expect(summary).toContain('\n  launch (20 s) :crit, 1000, 20s\n')
    expect(outputs['image-id']).toBeUndefined()
  })

  test('within a dry run does not pass for a plan', () => {
    const run = new KeptRun({ dryRun: true })
    expect(describeOutcome(story({ run, recipe: RECIPE }), FAILURE).summary).toMatch(/^## ❌ Baking web failed\n/)
  })
})

test('what comes from outside cannot become markup', () => {
  const plan = { ...PLAN, origin: { id: 'ami-1', name: 'a | b <img> [x](y) `z` *\n# c' } }
  const { summary } = describeOutcome(story({ recipe: RECIPE, plan, baked: BAKED }))
  expect(summary).toContain('| Base | `ami-1` a \\| b \\<img\\> \\[x\\](y) \\`z\\` \\* \\# c |\n')
})
