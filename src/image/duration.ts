const SECONDS_PER_UNIT: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }

/** Reads `90m`, `36h` or `60d` as seconds; undefined where the text is none of these. */
export function parseDuration(text: string): number | undefined {
  const [, count, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text.trim()) ?? []
  const perUnit = SECONDS_PER_UNIT[unit]
  return count === undefined || perUnit === undefined ? undefined : Number(count) * perUnit
}

/** Writes seconds as a person would: `45 s`, `2 min 5 s`, `1 h 30 min`, `60 d`. */
export function formatDuration(seconds: number): string {
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return join(whole, 60, 'min', 1, 's')
  if (whole < 172_800) return join(whole, 3600, 'h', 60, 'min')
  return join(whole, 86_400, 'd', 3600, 'h')
}

function join(seconds: number, large: number, largeUnit: string, small: number, smallUnit: string): string {
  const rest = Math.floor((seconds % large) / small)
  return `${Math.floor(seconds / large)} ${largeUnit}${rest > 0 ? ` ${rest} ${smallUnit}` : ''}`
}
