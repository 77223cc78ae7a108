/** What a stage of a bake took. */
export interface StageSeconds {
  readonly name: string
  readonly seconds: number
}

/** The value of the tag `build-seconds`: all, and how much of it each stage took, such as `188 launch=20 image=61`. */
export function encodeBuildSeconds(stages: readonly StageSeconds[]): string {
  const total = stages.reduce((sum, { seconds }) => sum + seconds, 0)
  return [Math.round(total), ...stages.map(({ name, seconds }) => `${name}=${Math.round(seconds)}`)].join(' ')
}

/** All seconds of such a value; not a number where it has none. */
export const totalBuildSeconds = (value = ''): number => Number.parseInt(value, 10)
