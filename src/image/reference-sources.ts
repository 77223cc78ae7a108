/** Where the use of an image may be found; recipes name those that an account does not use. */
export const REFERENCE_SOURCES = [
  'instances',
  'launch-templates',
  'launch-configurations',
  'auto-scaling-groups',
  'fleets',
  'spot-fleets',
  'spot-requests',
  'parameters',
  'fast-launch',
  'baked-images',
  'repository'
] as const

export type ReferenceSource = (typeof REFERENCE_SOURCES)[number]
