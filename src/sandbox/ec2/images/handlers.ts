import type { Handlers } from '../../handler.ts'
import type { Transition } from '../../world/transition.ts'
import { completingImage } from './complete.ts'
import { createImage, createImageTransitions } from './create.ts'
import { disableImageDeprecation, enableImageDeprecation } from './deprecation.ts'
import { deregisterImage } from './deregister.ts'
import { describeImages } from './describe.ts'
import { describeImageAttribute } from './describe-attribute.ts'
import { disableImage, enableImage } from './disable.ts'
import { reportingLaunch } from './last-launch.ts'
import { cancelImageLaunchPermission, modifyImageAttribute, resetImageAttribute } from './modify-attribute.ts'
import { disableImageDeregistrationProtection, enableImageDeregistrationProtection } from './protection.ts'
import {
  blockingPublicAccess,
  disableImageBlockPublicAccess,
  enableImageBlockPublicAccess,
  getImageBlockPublicAccessState
} from './public-access.ts'
import { registerImage } from './register.ts'

export const imageHandlers = {
  DescribeImages: describeImages,
  CreateImage: createImage,
  RegisterImage: registerImage,
  DeregisterImage: deregisterImage,
  DescribeImageAttribute: describeImageAttribute,
  ModifyImageAttribute: modifyImageAttribute,
  ResetImageAttribute: resetImageAttribute,
  CancelImageLaunchPermission: cancelImageLaunchPermission,
  EnableImageDeprecation: enableImageDeprecation,
  DisableImageDeprecation: disableImageDeprecation,
  EnableImage: enableImage,
  DisableImage: disableImage,
  EnableImageDeregistrationProtection: enableImageDeregistrationProtection,
  DisableImageDeregistrationProtection: disableImageDeregistrationProtection,
  GetImageBlockPublicAccessState: getImageBlockPublicAccessState,
  EnableImageBlockPublicAccess: enableImageBlockPublicAccess,
  DisableImageBlockPublicAccess: disableImageBlockPublicAccess
} satisfies Handlers

export const imageTransitions: readonly Transition<never>[] = [
  ...createImageTransitions,
  completingImage,
  reportingLaunch,
  blockingPublicAccess
]
