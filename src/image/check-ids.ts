/** The checks that an image must pass; recipes name them to make one stricter, milder, or to leave it out. */
export const CHECK_IDS = [
  'available',
  'complete',
  'encrypted',
  'keys',
  'imdsv2',
  'private',
  'tags',
  'valid',
  'base',
  'ancestry',
  'protected',
  'findings',
  'boots',
  'unique',
  'clean',
  'tests'
] as const

export type CheckId = (typeof CHECK_IDS)[number]
