import { parseDuration } from '../image/duration.ts'
import type { Enforce, Findings, Strategy, Sunset } from './recipe.ts'

const DAY_SECONDS = 86_400

/** The more is baked in, the sooner it is stale. */
export const VALID_FOR_SECONDS: Readonly<Record<Strategy, number>> = {
  full: 30 * DAY_SECONDS,
  partial: 60 * DAY_SECONDS,
  'os-only': 90 * DAY_SECONDS
}

export const REBUILD_BEFORE_SECONDS = 7 * DAY_SECONDS

export const FINDINGS: Findings = { failOn: 'high', fixAvailable: true, unscanned: 'fail', waivers: [] }

export const ENFORCE: Enforce = {
  mode: 'report',
  graceSeconds: 7 * DAY_SECONDS,
  maxInstances: 5,
  maxPercent: 5,
  snapshotFirst: true,
  immediate: false,
  exclude: {},
  approve: { families: [], owners: [], images: [] }
}

export const SUNSET: Sunset = {
  keep: 3,
  disableAfterSeconds: 14 * DAY_SECONDS,
  deregisterAfterSeconds: 14 * DAY_SECONDS,
  idleSeconds: 30 * DAY_SECONDS,
  maxImages: 10,
  maxPercent: 10,
  inUseFloor: 1,
  allowPermanent: false,
  unused: []
}

/** Seconds of a duration that the schema has accepted already. */
export const secondsOf = (duration: string): number => parseDuration(duration) ?? 0
