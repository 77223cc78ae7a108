const UNIT_SECONDS = { d: 86_400, h: 3_600, m: 60, s: 1 } as const

/** What a duration looks like, for messages. */
export const DURATION_FORMAT = 'a duration such as 90m, 36h or 60d'

/** Ten years; longer is taken for a mistake. */
const MAX_SECONDS = 3_650 * UNIT_SECONDS.d

/** Seconds of `90m`, `36h`, `60d` or `45s`; undefined where the text is no duration, is zero or beyond ten years. */
export function parseDuration(text: string): number | undefined {
  const [, count, unit] = /^([0-9]{1,9})([smhd])$/.exec(text) ?? []
  if (!count || !unit) return undefined
  const seconds = Number(count) * UNIT_SECONDS[unit as keyof typeof UNIT_SECONDS]
  return seconds > 0 && seconds <= MAX_SECONDS ? seconds : undefined
}

/** Says seconds as a person would: `45 s`, `2 min 5 s`, `3 h 20 min`, `60 d`; never more than two units. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  const days = Math.floor(whole / UNIT_SECONDS.d)
  const hours = Math.floor((whole % UNIT_SECONDS.d) / UNIT_SECONDS.h)
  const minutes = Math.floor((whole % UNIT_SECONDS.h) / UNIT_SECONDS.m)
  if (days > 0) return join([days, 'd'], [hours, 'h'])
  if (hours > 0) return join([hours, 'h'], [minutes, 'min'])
  if (minutes > 0) return join([minutes, 'min'], [whole % UNIT_SECONDS.m, 's'])
  return `${whole} s`
}

const join = (...parts: readonly (readonly [number, string])[]): string =>
  parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ')
