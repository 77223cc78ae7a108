import { validationError } from './errors.ts'

interface Sizes {
  readonly MinSize: number
  readonly MaxSize: number
  readonly DesiredCapacity: number
}

/** Refuses sizes that contradict each other. Errors: ValidationError. */
export function checkSizes({ MinSize: min, MaxSize: max, DesiredCapacity: desired }: Sizes): void {
  for (const [name, size] of Object.entries({ minSize: min, maxSize: max, desiredCapacity: desired })) {
    if (!Number.isInteger(size) || size < 0) throw validationError(`Value '${size}' at '${name}' failed: 0 or more`)
  }
  if (max < min) throw validationError(`Max bound, ${max}, must be greater than or equal to min bound, ${min}`)
  if (desired >= min && desired <= max) return
  const bounds = `must be between the specified min size:${min} and max size:${max}`
  throw validationError(`Desired capacity:${desired} ${bounds}`)
}
