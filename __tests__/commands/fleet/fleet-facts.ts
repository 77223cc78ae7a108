import type {
  InstanceFacts,
  JudgedInstance,
  JudgedPlace,
  JudgedSource,
  Verdict
} from '../../../src/commands/fleet/facts.ts'
import type { Policy } from '../../../src/commands/fleet/plan-instance.ts'

export const NOW = new Date('2026-12-01T00:00:00Z')
export const DAY_SECONDS = 86_400

export const daysAgo = (days: number): Date => new Date(NOW.getTime() - days * DAY_SECONDS * 1000)

/** An instance that runs for a hundred days, and that nobody has noted anything on. */
export const instance = (given: Partial<InstanceFacts> = {}): InstanceFacts => ({
  instanceId: 'i-1',
  imageId: 'ami-old',
  name: 'web-1',
  state: 'running',
  zone: 'us-east-1a',
  launchedAt: daysAgo(100),
  isOwn: false,
  isExcluded: false,
  isSpot: false,
  hasEbsRoot: true,
  hasVolumes: true,
  ...given
})

export const judged = (given: Partial<InstanceFacts> = {}, verdict: Verdict = 'deprecated'): JudgedInstance => ({
  instance: instance(given),
  verdict
})

export const place = (instances: readonly JudgedInstance[], given: Partial<JudgedPlace> = {}): JudgedPlace => ({
  place: { region: 'us-east-1' },
  instances,
  sources: [],
  hasApproved: true,
  oneTimeSpot: new Set(),
  ...given
})

export const group = (name: string, verdict: Verdict, usesParameter = false): JudgedSource => ({
  source: { kind: 'Auto Scaling group', name, by: 'launch template web', imageIds: ['ami-new'], usesParameter },
  verdict
})

export const policy = (given: Partial<Policy> = {}): Policy => ({
  mode: 'terminate',
  graceSeconds: 7 * DAY_SECONDS,
  immediate: false,
  now: NOW,
  ...given
})
