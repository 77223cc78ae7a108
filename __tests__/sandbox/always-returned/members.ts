import type { AlwaysReturned } from './documents.ts'
import { autoScalingMembers } from './members/auto-scaling.ts'
import { imageMembers } from './members/images.ts'
import { instanceMembers } from './members/instances.ts'
import { keyMembers, sessionMembers } from './members/keys-and-sessions.ts'
import { launchTemplateMembers } from './members/launch-templates.ts'
import { networkMembers } from './members/network.ts'
import { recycleBinMembers } from './members/recycle-bin.ts'
import { snapshotMembers } from './members/snapshots.ts'
import { spotMembers } from './members/spot.ts'
import { systemsManagerMembers } from './members/systems-manager.ts'
import { volumeMembers } from './members/volumes.ts'

/** By operation, the members that a successful answer of AWS always has. Kept by hand, from AWS's documents. */
export const ALWAYS_RETURNED: readonly AlwaysReturned[] = [
  ...imageMembers,
  ...snapshotMembers,
  ...instanceMembers,
  ...volumeMembers,
  ...networkMembers,
  ...launchTemplateMembers,
  ...spotMembers,
  ...autoScalingMembers,
  ...recycleBinMembers,
  ...systemsManagerMembers,
  ...keyMembers,
  ...sessionMembers
]
