import type { ModifyInstanceAttributeRequest } from '@aws-sdk/client-ec2'
import { invalidValue, ServiceError } from '../../errors.ts'
import type { Call, Handler, Handlers } from '../../handler.ts'
import { refuseUnmodelled } from '../../unmodelled.ts'
import type { InstanceRecord, SecurityGroupRecord } from '../../world/records.ts'
import { stopDryRun } from '../dryrun.ts'
import { checkArchitecture, findInstanceType } from '../instance-types.ts'
import { select } from '../lookup.ts'
import { checkOneOf, checkUserData } from './launch-options.ts'
import { checkOperator } from './managed.ts'
import { stateOf } from './states.ts'
import { findInstance } from './visible.ts'
import { setDeleteOnTermination } from './volumes.ts'

/** Checks a change and returns the act that makes it. */
type Change = (input: ModifyInstanceAttributeRequest, record: InstanceRecord, call: Call) => () => void
type Attribute = Exclude<keyof ModifyInstanceAttributeRequest, 'InstanceId' | 'DryRun' | 'Attribute' | 'Value'>

const changes: Readonly<Partial<Record<Attribute, Change>>> = {
  BlockDeviceMappings: ({ BlockDeviceMappings: mappings = [] }, record, { region }) =>
    setDeleteOnTermination({ region, record }, mappings),
  DisableApiStop:
    ({ DisableApiStop: value }, record) =>
    () => {
      record.disableApiStop = value?.Value ?? false
    },
  DisableApiTermination:
    ({ DisableApiTermination: value }, record) =>
    () => {
      record.disableApiTermination = value?.Value ?? false
    },
  EbsOptimized: ({ EbsOptimized: value }, record) =>
    whenStopped(record, () => {
      record.instance.EbsOptimized = value?.Value
    }),
  EnaSupport: ({ EnaSupport: value }, record) =>
    whenStopped(record, () => {
      record.instance.EnaSupport = value?.Value
    }),
  Groups: changeGroups,
  InstanceInitiatedShutdownBehavior: ({ InstanceInitiatedShutdownBehavior: value }, record) => {
    const behavior = value?.Value
    checkOneOf('instanceInitiatedShutdownBehavior', behavior, ['stop', 'terminate'])
    return () => {
      record.shutdownBehavior = behavior === 'terminate' ? 'terminate' : 'stop'
    }
  },
  InstanceType: changeType,
  SourceDestCheck:
    ({ SourceDestCheck: value }, record) =>
    () => {
      record.instance.SourceDestCheck = value?.Value
    },
  UserData: changeUserData
}

/**
 * Changes one attribute. It is named either by its own parameter or by Attribute and Value.
 * Errors: InvalidParameterCombination for none or several, IncorrectInstanceState for what a running instance keeps.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceAttribute.html
 */
const modifyInstanceAttribute: Handler<ModifyInstanceAttributeRequest, undefined> = (given, call) => {
  const record = findInstance(given.InstanceId, call)
  checkOperator(record)
  refuseUnmodelled(given, ['Kernel', 'Ramdisk'])
  const input = { ...given, ...named(given) }
  const asked = (Object.keys(changes) as Attribute[]).filter(name => input[name] !== undefined)
  const [attribute] = asked
  if (asked.length > 1) throw refuse('Fields for multiple attribute types specified')
  const act = attribute && changes[attribute]?.(input, record, call)
  if (!act) throw refuse('No attributes specified.')
  stopDryRun(input)
  act()
  return undefined
}

const refuse = (sentence: string): ServiceError => new ServiceError('InvalidParameterCombination', sentence)

/** The older form: Attribute=disableApiTermination&Value=true. */
function named({ Attribute: name, Value }: ModifyInstanceAttributeRequest): Partial<ModifyInstanceAttributeRequest> {
  if (!name) return {}
  const flag = { Value: Value === 'true' }
  const forms: Readonly<Record<string, Partial<ModifyInstanceAttributeRequest>>> = {
    disableApiStop: { DisableApiStop: flag },
    disableApiTermination: { DisableApiTermination: flag },
    ebsOptimized: { EbsOptimized: flag },
    instanceInitiatedShutdownBehavior: { InstanceInitiatedShutdownBehavior: { Value } },
    instanceType: { InstanceType: { Value } },
    sourceDestCheck: { SourceDestCheck: flag },
    userData: { UserData: { Value: new Uint8Array(Buffer.from(Value ?? '', 'base64')) } }
  }
  const form = Object.hasOwn(forms, name) ? forms[name] : undefined
  if (!form) throw invalidValue('attribute', name, `one of ${Object.keys(forms).join(', ')}`)
  return form
}

function whenStopped(record: InstanceRecord, act: () => void): () => void {
  if (stateOf(record) === 'stopped') return act
  const sentence = `The instance '${record.instance.InstanceId}' is not in the 'stopped' state.`
  throw new ServiceError('IncorrectInstanceState', sentence)
}

function changeUserData({ UserData: value }: ModifyInstanceAttributeRequest, record: InstanceRecord): () => void {
  const base64 = checkUserData(Buffer.from(value?.Value ?? []).toString('base64'))
  return whenStopped(record, () => {
    record.userData = base64
  })
}

function changeType({ InstanceType: value }: ModifyInstanceAttributeRequest, record: InstanceRecord): () => void {
  const type = findInstanceType(value?.Value ?? '')
  checkArchitecture(type, record.instance.Architecture)
  return whenStopped(record, () => {
    record.instance.InstanceType = type.name as Exclude<typeof record.instance.InstanceType, undefined>
  })
}

function changeGroups({ Groups: ids }: ModifyInstanceAttributeRequest, record: InstanceRecord, call: Call): () => void {
  const isUsable = ({ ownerId, group }: SecurityGroupRecord) =>
    ownerId === call.account && group.VpcId === record.instance.VpcId
  const groups = select('securityGroup', ids, call.region.securityGroups, isUsable).map(({ group }) => ({
    GroupId: group.GroupId,
    GroupName: group.GroupName
  }))
  return () => {
    const [primary] = record.instance.NetworkInterfaces ?? []
    record.instance.SecurityGroups = groups
    if (primary) primary.Groups = groups
  }
}

export const modifyHandlers = { ModifyInstanceAttribute: modifyInstanceAttribute } satisfies Handlers
