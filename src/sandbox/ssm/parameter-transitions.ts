import { imageParameterTransitions } from './image-parameters.ts'
import { expiringParameter } from './parameter-policies.ts'

export const parameterTransitions = [...imageParameterTransitions, expiringParameter] as const
