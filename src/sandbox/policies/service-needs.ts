import type { Call } from '../handler.ts'
import { findKey } from '../kms/resolve-key.ts'
import type { Service } from '../wire/operations.ts'
import type { Context } from './conditions.ts'
import type { Need } from './decide.ts'
import { withResource } from './ec2-resource-context.ts'
import { requestContext, tagsOf, withKeys, withRequestTags } from './request-context.ts'

/** What policies look at in a request of the services other than EC2. */
interface Input {
  readonly Name?: string
  readonly Names?: readonly string[]
  readonly Path?: string
  readonly ResourceId?: string
  readonly DocumentName?: string
  readonly InstanceIds?: readonly string[]
  readonly KeyId?: string
  readonly TargetKeyId?: string
  readonly SourceKeyId?: string
  readonly DestinationKeyId?: string
  readonly AliasName?: string
  readonly RoleArn?: string
  readonly AutoScalingGroupName?: string
  readonly LaunchConfigurationName?: string
  readonly Identifier?: string
  readonly Tags?: unknown
}

type Finder = (input: Input, call: Call, operation: string) => readonly string[]

/** These need no permission: whoever has keys may ask. */
const FREE = new Set(['GetCallerIdentity', 'GetSessionToken', 'AssumeRoleWithWebIdentity', 'AssumeRoleWithSAML'])

const FINDERS: Readonly<Partial<Record<string, Finder>>> = {
  ssm: ssmResources,
  kms: kmsResources,
  sts: ({ RoleArn }) => (RoleArn ? [RoleArn] : []),
  autoscaling: groupResources,
  rbin: ({ Identifier }, call, operation) => {
    const id = Identifier ?? (operation === 'CreateRule' ? '*' : undefined)
    return id ? [`arn:aws:rbin:${scope(call)}:rule/${id}`] : []
  }
}

/**
 * What a request of these services needs: its own action on what it names, or on `*`.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2autoscaling.html
 */
export function serviceNeeds(service: Service, operation: string, input: Input, call: Call): Need[] {
  if (FREE.has(operation)) return []
  if (service === 'kms' && operation === 'ReEncrypt') return reEncryptNeeds(input, call)
  const context = withTags(requestContext(call), input)
  const resources = FINDERS[service]?.(input, call, operation) ?? []
  return (resources.length > 0 ? resources : ['*']).map(resource => ({
    action: `${service}:${operation}`,
    resource,
    context: withFacts(context, service, resource, call)
  }))
}

/** A context with what is known of a resource that is there. */
function withFacts(context: Context, service: Service, resource: string, call: Call): Context {
  if (service === 'kms') return withKeys(context, keyFacts(resource, call))
  const [, instanceId] = /:instance\/(i-\w+)$/.exec(resource) ?? []
  return service === 'ssm' && instanceId ? withResource(context, call.region, instanceId, call.account) : context
}

const scope = ({ region, account }: Call): string => `${region.name}:${account}`

const withTags = (context: Context, { Tags }: Input): Context =>
  Array.isArray(Tags) ? withRequestTags(context, tagsOf(Tags)) : context

/** The ARN of a parameter, by its name or ARN; AWS's own belong to no account. */
export function parameterArn(name: string, call: Call): string {
  if (name.startsWith('arn:')) return name
  const owner = name.startsWith('/aws/service/') ? `${call.region.name}:` : scope(call)
  return `arn:aws:ssm:${owner}:parameter/${name.replace(/^\//, '').replace(/:.*$/, '')}`
}

function ssmResources(input: Input, call: Call, operation: string): string[] {
  const { Name, Names = [], Path, ResourceId, DocumentName, InstanceIds = [] } = input
  if (operation === 'SendCommand') {
    const owner = DocumentName?.startsWith('AWS-') ? `${call.region.name}:` : scope(call)
    const instances = InstanceIds.length > 0 ? InstanceIds : ['*']
    return [
      `arn:aws:ssm:${owner}:document/${DocumentName}`,
      ...instances.map(id => `arn:aws:ec2:${scope(call)}:instance/${id}`)
    ]
  }
  if (!/Parameter|Tags/.test(operation)) return []
  return [Name, ...Names, Path, ResourceId].filter(each => each !== undefined).map(name => parameterArn(name, call))
}

function kmsResources({ KeyId, TargetKeyId, AliasName }: Input, call: Call): string[] {
  const aliases = AliasName ? [`arn:aws:kms:${scope(call)}:${AliasName}`] : []
  return [...aliases, ...[KeyId, TargetKeyId].filter(each => each !== undefined).map(id => keyArn(id, call))]
}

const keyArn = (id: string, call: Call): string =>
  findKey(call.region, call.account, id)?.key.Arn ??
  (id.startsWith('arn:') ? id : `arn:aws:kms:${scope(call)}:key/${id}`)

/** @see https://docs.aws.amazon.com/kms/latest/APIReference/API_ReEncrypt.html (required permissions) */
function reEncryptNeeds({ SourceKeyId = '', DestinationKeyId = '' }: Input, call: Call): Need[] {
  const need = (action: string, id: string) => ({ action, resource: keyArn(id, call), context: requestContext(call) })
  return [need('kms:ReEncryptFrom', SourceKeyId), need('kms:ReEncryptTo', DestinationKeyId)]
}

function keyFacts(arn: string, { region, account }: Call): Record<string, string> {
  const key = findKey(region, account, arn)
  const tags = key?.ownerId === account ? [...key.tags] : []
  return {
    'kms:CallerAccount': account,
    ...Object.fromEntries(tags.map(([name, value]) => [`aws:ResourceTag/${name}`, value]))
  }
}

function groupResources(
  { AutoScalingGroupName, LaunchConfigurationName }: Input,
  call: Call,
  operation: string
): string[] {
  if (operation.startsWith('Describe')) return []
  const arn = (type: string, name: string) => `arn:aws:autoscaling:${scope(call)}:${type}:*:${type}Name/${name}`
  return [
    ...(AutoScalingGroupName ? [arn('autoScalingGroup', AutoScalingGroupName)] : []),
    ...(LaunchConfigurationName && /LaunchConfiguration$/.test(operation)
      ? [arn('launchConfiguration', LaunchConfigurationName)]
      : [])
  ]
}
