import { regionHandlers } from './ec2/regions.ts'
import type { Handlers } from './handler.ts'
import type { Service } from './wire/operations.ts'

/** Every operation that the sandbox models. */
export const handlers: Readonly<Record<Service, Handlers>> = {
  ec2: { ...regionHandlers },
  sts: {},
  ssm: {},
  kms: {}
}
