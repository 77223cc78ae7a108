import type {
  DescribeInstanceInformationRequest,
  DescribeInstanceInformationResult,
  InstanceInformation
} from '@aws-sdk/client-ssm'
import { ServiceError } from '../errors.ts'
import { windowsOf } from '../guests/windows/on-volume.ts'
import { releaseOf } from '../guests/windows/system.ts'
import type { Call, Handler, Handlers } from '../handler.ts'
import type { InstanceRecord } from '../world/records.ts'
import type { Region } from '../world/region.ts'
import type { World } from '../world/world.ts'
import { page } from './pages.ts'

const AGENT_VERSION = '3.3.3050.0'

/** A running instance whose SSM agent has registered. */
export interface ManagedNode extends InstanceRecord {
  agentSince: Date
}

/** Whether an agent answers there: it needs an instance profile, and about a minute after the start. */
export const isManagedNode = (record: InstanceRecord, world: World): record is ManagedNode =>
  record.agentSince !== undefined &&
  record.instance.IamInstanceProfile !== undefined &&
  record.instance.State?.Name === 'running' &&
  world.running.has(record.instance.InstanceId)

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Instance.html (`windows`, or nothing; an image registered of a
 * Windows snapshot does not say so, and boots it) */
export const isWindows = (record: InstanceRecord, region: Region): boolean =>
  record.instance.Platform?.toLowerCase() === 'windows' || windowsOf(region, record) !== undefined

/**
 * The instances whose agent answers now.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeInstanceInformation.html
 */
const describeInformation: Handler<DescribeInstanceInformationRequest, DescribeInstanceInformationResult> = (
  input,
  { world, region, account, now }
) => {
  const legacy = (input.InstanceInformationFilterList ?? []).map(({ key, valueSet }) => ({
    Key: key,
    Values: valueSet
  }))
  const tests = [...legacy, ...(input.Filters ?? [])].map(({ Key = '', Values = [] }) => compileFilter(Key, Values))
  const nodes = [...region.instances.values()]
    .filter(record => record.ownerId === account)
    .filter(record => isManagedNode(record, world))
    .map(record => ({ record, information: describe(record, region, now) }))
    .filter(node => tests.every(test => test(node)))
  const { page: cut, ...rest } = page(nodes, input, { min: 5 })
  return { InstanceInformationList: cut.map(({ information }) => information), ...rest }
}

interface Node {
  readonly record: ManagedNode
  readonly information: InstanceInformation
}

function describe(record: ManagedNode, region: Region, now: Date): InstanceInformation {
  const { InstanceId, PrivateIpAddress, PrivateDnsName } = record.instance
  return {
    InstanceId,
    PingStatus: 'Online',
    LastPingDateTime: now,
    AgentVersion: AGENT_VERSION,
    IsLatestVersion: true,
    PlatformType: isWindows(record, region) ? 'Windows' : 'Linux',
    ResourceType: 'EC2Instance',
    IPAddress: PrivateIpAddress,
    ComputerName: PrivateDnsName,
    SourceId: InstanceId,
    SourceType: 'AWS::EC2::Instance',
    ...describeWindows(region, record)
  }
}

/** What the agent reports of a Windows machine that belongs to no domain. */
function describeWindows(region: Region, record: ManagedNode): Partial<InstanceInformation> {
  const system = windowsOf(region, record)
  if (!system) return {}
  const { caption, version } = releaseOf(system)
  return {
    PlatformName: caption,
    PlatformVersion: version,
    ComputerName: `${system.computerName}.WORKGROUP`
  }
}

const FIELDS: Readonly<Record<string, (information: InstanceInformation) => string | undefined>> = {
  InstanceIds: ({ InstanceId }) => InstanceId,
  PingStatus: ({ PingStatus }) => PingStatus,
  PlatformTypes: ({ PlatformType }) => PlatformType,
  AgentVersion: ({ AgentVersion }) => AgentVersion,
  ResourceType: ({ ResourceType }) => ResourceType,
  SourceIds: ({ SourceId }) => SourceId,
  SourceTypes: ({ SourceType }) => SourceType
}

function compileFilter(key: string, values: readonly string[]): (node: Node) => boolean {
  if (key.startsWith('tag:')) return ({ record }) => values.includes(record.tags.get(key.slice('tag:'.length)) ?? '')
  const field = Object.hasOwn(FIELDS, key) ? FIELDS[key] : undefined
  if (!field) {
    const sentence = `The specified filter key ${key.slice(0, 60)} is not valid. Valid keys: ${Object.keys(FIELDS).join(', ')}`
    throw new ServiceError('InvalidFilterKey', sentence)
  }
  if (key === 'InstanceIds') checkIds(values)
  return ({ information }) => values.includes(field(information) ?? '')
}

function checkIds(ids: readonly string[]): void {
  const bad = ids.find(id => !/^m?i-([0-9a-f]{8}|[0-9a-f]{17})$/.test(id))
  if (bad === undefined) return
  const sentence = `The specified filter value is not valid: ${bad.slice(0, 60)} is not the id of an instance`
  throw new ServiceError('InvalidInstanceInformationFilterValue', sentence)
}

/** The account's own instances of these ids, each with an agent. Errors: InvalidInstanceId. */
export function selectNodes(ids: readonly string[], { world, region, account }: Call): ManagedNode[] {
  const found = ids.map(id => region.instances.get(id))
  const nodes = found.filter(record => record !== undefined)
  const online = nodes.filter(record => record.ownerId === account).filter(record => isManagedNode(record, world))
  if (online.length === ids.length) return online
  const missing = ids.filter(id => !online.some(({ instance }) => instance.InstanceId === id))
  const sentence = `Instances [[${missing.join(', ')}]] not in a valid state for account ${account}`
  throw new ServiceError('InvalidInstanceId', sentence)
}

export const managedNodeHandlers = { DescribeInstanceInformation: describeInformation } satisfies Handlers
