import { attachTransitions } from './ec2/attach-volumes.ts'
import { completingImage } from './ec2/images/complete.ts'
import { createImageTransitions } from './ec2/images/create.ts'
import { guestEndTransitions } from './ec2/instances/guest-end.ts'
import { guestLifeTransitions } from './ec2/instances/guest-life.ts'
import { snapshotTransitions } from './ec2/snapshots/handlers.ts'
import { volumeTransitions } from './ec2/volumes.ts'
import { keyTransitions } from './kms/keys.ts'
import { commandTransitions } from './ssm/run-command/deliver.ts'
import type { Transition } from './world/transition.ts'

/** Every transition, so that one which waits in a state file is found again by its name. */
export const transitions: readonly Transition<never>[] = [
  ...guestLifeTransitions,
  ...guestEndTransitions,
  ...createImageTransitions,
  completingImage,
  ...snapshotTransitions,
  ...volumeTransitions,
  ...attachTransitions,
  ...keyTransitions,
  ...commandTransitions
]
