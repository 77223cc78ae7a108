import type { Handlers } from '../../handler.ts'
import { describeImageAttribute, modifyImageAttribute } from './attributes.ts'
import { createImage } from './create.ts'
import { deregisterImage } from './deregister.ts'
import { describeImages } from './describe.ts'
import { registerImage } from './register.ts'

export const imageHandlers = {
  DescribeImages: describeImages,
  CreateImage: createImage,
  RegisterImage: registerImage,
  DeregisterImage: deregisterImage,
  ModifyImageAttribute: modifyImageAttribute,
  DescribeImageAttribute: describeImageAttribute
} satisfies Handlers
