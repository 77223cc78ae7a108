import { reconciling } from './autoscaling/reconcile.ts'
import { attachTransitions } from './ec2/attach-volumes.ts'
import { detachTransitions } from './ec2/detach-volume.ts'
import { fastLaunchTransitions } from './ec2/fast-launch/life.ts'
import { imageUsageTransitions } from './ec2/image-usage/life.ts'
import { checkingCopiedImage } from './ec2/images/check-copy.ts'
import { imageTransitions } from './ec2/images/handlers.ts'
import { guestEndTransitions } from './ec2/instances/guest-end.ts'
import { guestLifeTransitions } from './ec2/instances/guest-life.ts'
import { modifyVolumeTransitions } from './ec2/modify-volume.ts'
import { recycleBinTransitions } from './ec2/recycle-bin/recycle.ts'
import { copySnapshotTransitions } from './ec2/snapshots/copy.ts'
import { snapshotTransitions } from './ec2/snapshots/handlers.ts'
import { spotTransitions } from './ec2/spot/handlers.ts'
import { volumeTransitions } from './ec2/volumes.ts'
import { goingOn } from './guests/windows/power.ts'
import { keyTransitions } from './kms/keys.ts'
import { ruleTransitions } from './rbin/create-rule.ts'
import { interruptingLaunched } from './server/interrupting.ts'
import { parameterTransitions } from './ssm/parameter-transitions.ts'
import { commandTransitions } from './ssm/run-command/deliver.ts'
import type { Transition } from './world/transition.ts'

/** Every transition, so that one which waits in a state file is found again by its name. */
export const transitions: readonly Transition<never>[] = [
  ...guestLifeTransitions,
  ...guestEndTransitions,
  goingOn,
  ...imageTransitions,
  checkingCopiedImage,
  ...fastLaunchTransitions,
  ...imageUsageTransitions,
  ...snapshotTransitions,
  ...copySnapshotTransitions,
  ...recycleBinTransitions,
  ...volumeTransitions,
  ...attachTransitions,
  ...detachTransitions,
  ...modifyVolumeTransitions,
  ...spotTransitions,
  ...keyTransitions,
  ...ruleTransitions,
  interruptingLaunched,
  reconciling,
  ...commandTransitions,
  ...parameterTransitions
]
