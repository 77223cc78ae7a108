import { StartInstanceRefreshCommand } from '@aws-sdk/client-auto-scaling'
import type { Aws, Clients } from '../../aws/aws.ts'
import { serviceErrorName } from '../../aws/failure.ts'
import { AmiError } from '../../errors.ts'
import { cancelDeprecation, changeSharing, deprecate, enable, protect, tag, untag } from './change-image.ts'
import { addVersion, createTemplate, deleteTemplate, deleteVersion, setDefault } from './launch-template.ts'
import { confirmParameter, deleteParameter, labelVersion, removeLabel, setParameter } from './parameter.ts'
import { sayStep } from './say-step.ts'
import type { Added, PointerStep, Step } from './step.ts'

/** What the steps of one place hand on to later ones: what they have added. */
export interface Handed {
  /** Also where the answer was lost. */
  isTemplateAsked?: boolean
  isParameterAsked?: boolean
  parameterVersion?: number
  templateVersion?: number
}

/** Where steps are taken. */
interface StepPlace {
  readonly name: string
  readonly region: string
  readonly handed: Handed
}

/** Takes steps one after the other, each said in the log once it is taken. Errors: the first step's that fails. */
export async function takeSteps(aws: Aws, place: StepPlace, steps: readonly Step[]): Promise<void> {
  for (const step of steps) {
    aws.signal.throwIfAborted()
    await takeStep(aws, aws.in(place.region), step, place.handed)
    aws.run.log.info(`${place.name}: ${sayStep(step)}`)
  }
}

/** Takes every step, also after one that failed. Result: the errors. */
export async function tryAllSteps(aws: Aws, place: StepPlace, steps: readonly Step[]): Promise<unknown[]> {
  const errors: unknown[] = []
  for (const step of steps) await takeSteps(aws, place, [step]).catch(error => errors.push(error))
  return errors
}

async function takeStep(aws: Aws, clients: Clients, step: Step, handed: Handed): Promise<void> {
  switch (step.kind) {
    case 'share':
      return changeSharing(clients, step.imageId, 'Add', step.permissions)
    case 'unshare':
      return changeSharing(clients, step.imageId, 'Remove', step.permissions)
    case 'protect':
      return protect(clients, step.imageId)
    case 'tag':
      return tag(clients, step.imageId, step.tags)
    case 'untag':
      return untag(clients, step.imageId, step.keys)
    case 'deprecate':
      return deprecate(clients, step.imageId, step.at)
    case 'cancel-deprecation':
      return cancelDeprecation(clients, step.imageId)
    case 'enable':
      return enable(clients, step.imageId)
    case 'refresh':
      return startRefresh(clients, step.group)
    default:
      return changePointer(aws, clients, step, handed)
  }
}

async function changePointer(aws: Aws, clients: Clients, step: PointerStep, handed: Handed): Promise<void> {
  switch (step.kind) {
    case 'set-parameter':
      handed.isParameterAsked = true
      handed.parameterVersion = await setParameter(aws, clients, step.name, step.to)
      return
    case 'confirm-parameter':
      return confirmParameter(clients, step.name, step.imageId)
    case 'delete-parameter':
      if (handed.isParameterAsked) await deleteParameter(clients, step.name)
      return
    case 'label':
      return labelVersion(clients, step.name, step.label, pick(step.version, handed.parameterVersion))
    case 'unlabel':
      return removeLabel(clients, step.name, step.label)
    case 'create-template':
      handed.isTemplateAsked = true
      return createTemplate(clients, step.template, step)
    case 'delete-template':
      if (handed.isTemplateAsked) await deleteTemplate(clients, step.template)
      return
    case 'add-version':
      handed.templateVersion = await addVersion(clients, step)
      return
    case 'delete-version':
      if (handed.templateVersion) await deleteVersion(clients, step.template, handed.templateVersion)
      return
    case 'set-default':
      return setDefault(clients, step.template, pick(step.version, handed.templateVersion))
  }
}

function pick(version: number | Added, added: number | undefined): number {
  const picked = version === 'added' ? added : version
  if (picked === undefined) throw new AmiError('INTERNAL', 'Expected a version that an earlier step has added')
  return picked
}

/** A refresh that is under way already is as good: it launches from the template as it is by then. */
async function startRefresh({ autoscaling }: Clients, AutoScalingGroupName: string): Promise<void> {
  try {
    await autoscaling.send(new StartInstanceRefreshCommand({ AutoScalingGroupName }))
  } catch (error) {
    if (!/^InstanceRefreshInProgress/.test(serviceErrorName(error))) throw error
  }
}
