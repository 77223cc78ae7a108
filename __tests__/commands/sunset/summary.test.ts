import { describe, expect, test } from '@jest/globals'
import { describeOutcome } from '../../../src/commands/sunset/outcome.ts'
import { planSunset } from '../../../src/commands/sunset/plan/plan.ts'
import { estimateSavings } from '../../../src/commands/sunset/plan/plan-savings.ts'
import { findUpcoming } from '../../../src/commands/sunset/plan/plan-upcoming.ts'
import { timeline } from '../../../src/commands/sunset/timeline.ts'
import { TAGS } from '../../../src/image/tags.ts'
import { KeptRun } from '../../aws/kept-run.ts'
import { deprecated, disabled, head, image, NOW, POLICY, place } from './sunset-facts.ts'

const policy = { ...POLICY, keep: 1 }
const images = [
  head(),
  image('ami-valid', 10),
  deprecated('ami-soon', 8),
  deprecated('ami-later', 3),
  deprecated('ami-held', 8, { [TAGS.hold]: 'legal' }),
  disabled('ami-gone', 20),
  disabled('ami-also', 30)
]
const facts = { now: NOW, places: [place(images)] }
const plan = planSunset(facts, policy)
const idsOf = (decisions: typeof plan.decisions) => decisions.map(({ subject }) => subject.image.imageId)

test('what is about to be disabled is what only a few days still keep', () => {
  expect(idsOf(findUpcoming(plan.decisions, NOW))).toEqual(['ami-soon'])
})

describe('savings', () => {
  test('are those of the snapshots that go, each once, and may be nothing', () => {
    expect(estimateSavings(plan.decisions)).toEqual({ images: 2, leastGib: 0, mostGib: 2, mostUsdPerMonth: 0.1 })
  })

  test('are none where images are only hidden or disabled', () => {
    const kept = plan.decisions.filter(({ action }) => action !== 'deregister')
    expect(estimateSavings(kept)).toEqual({ images: 0, leastGib: 0, mostGib: 0, mostUsdPerMonth: 0 })
  })
})

test('the chart has a bar for each image, from when it came into its stage to when the next may come', () => {
  const bars = timeline(plan, policy, NOW).split('\n')
  expect(bars.slice(0, 2)).toEqual(['```mermaid', 'gantt'])
  expect(bars).toContain('  section us-east-1')
  expect(bars).toContain('  ami-head current :active, 2026-10-31, 2026-12-30')
  expect(bars).toContain('  ami-soon deprecated :2026-10-24, 2026-11-07')
  expect(bars).toContain('  ami-gone disabled :done, 2026-10-12, 2026-10-26')
})

test('the summary says what goes, what is about to, what is saved at most, and why the others stay', () => {
  const { summary, outputs } = describeOutcome({
    run: new KeptRun({ command: 'sunset', dryRun: true }),
    policy,
    facts,
    plan
  })
  expect(summary).toContain('## 📝 2 images would go one stage further')
  expect(summary).toMatch(/\| us-east-1 \| \[`ami-also`\]\(https:\S+\) \S+ \| deregister \| disabled since 2026-10-02/)
  expect(summary).toContain('at most 2 GiB of snapshots, about $0.10 a month')
  expect(summary).toMatch(/### ⏳ Next week[\s\S]*`ami-action:hold`[\s\S]*ami-soon\S+ \S+ \| 2026-11-07 \|/)
  expect(summary).toContain('5 images stay as they are: 5 not yet, 1 published')
  expect(summary).toContain('1 held (one may have several reasons)</summary>')
  expect(JSON.parse(outputs.plan ?? '')).toMatchObject({
    steps: [{ imageId: 'ami-gone', action: 'deregister' }, { imageId: 'ami-also' }],
    upcoming: [{ imageId: 'ami-soon' }],
    kept: 5,
    keptBecause: { 'not-yet': 5, held: 1 }
  })
})
