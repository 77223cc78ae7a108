import {
  DescribeImagesCommand,
  DescribeInstanceTypesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  type Filter,
  type Image,
  type InstanceTypeInfo,
  paginateDescribeImages,
  type SecurityGroup,
  type Subnet
} from '@aws-sdk/client-ec2'
import { DescribeKeyCommand, type KeyMetadata } from '@aws-sdk/client-kms'
import { GetParameterCommand } from '@aws-sdk/client-ssm'
import type { Aws, Clients } from '../../aws/aws.ts'
import { serviceErrorName } from '../../aws/failure.ts'
import { AmiError } from '../../errors.ts'
import { TAGS } from '../../image/tags.ts'
import type { Base, Recipe, Selector } from '../../recipe/recipe.ts'
import type { BakeFacts } from './facts.ts'
import { DEFAULT_TYPES } from './plan-network.ts'

/** Reads all that the plan needs, at once. Errors: BASE for a parameter that holds no image; what a denied read says. */
export async function observe(aws: Aws, recipe: Recipe): Promise<BakeFacts> {
  const clients = aws.in(aws.run.inputs.awsRegion)
  const [bases, instanceTypes, subnets, securityGroups, keys, family] = await Promise.all([
    readBases(clients, recipe.base),
    readInstanceTypes(clients, recipe.builder.instanceTypes),
    readSubnets(clients, recipe.builder.subnets),
    readSecurityGroups(clients, recipe.builder.securityGroups),
    readKeys(clients, recipe),
    readFamily(clients, recipe.family)
  ])
  return { region: clients.region, now: aws.now(), bases, instanceTypes, subnets, securityGroups, keys, family }
}

async function readBases(clients: Clients, base: Base): Promise<Image[]> {
  switch (base.kind) {
    case 'id':
      return describeBase(clients, base.id)
    case 'ssm':
      return describeBase(clients, await readImageParameter(clients, base.parameter))
    case 'filter': {
      const filters = [
        { Name: 'name', Values: [base.name] },
        { Name: 'state', Values: ['available'] },
        ...(base.architecture ? [{ Name: 'architecture', Values: [base.architecture] }] : [])
      ]
      const { Images: images = [] } = await clients.ec2.send(
        new DescribeImagesCommand({ Owners: [...base.owners], Filters: filters })
      )
      return images
    }
    case 'instance':
    case 'snapshot':
      return []
  }
}

async function describeBase(clients: Clients, id: string): Promise<Image[]> {
  try {
    const { Images: images = [] } = await clients.ec2.send(new DescribeImagesCommand({ ImageIds: [id] }))
    return images
  } catch (error) {
    if (serviceErrorName(error).startsWith('InvalidAMIID')) return []
    throw error
  }
}

async function readImageParameter(clients: Clients, name: string): Promise<string> {
  try {
    const { Parameter: parameter } = await clients.ssm.send(new GetParameterCommand({ Name: name }))
    const value = parameter?.Value ?? ''
    if (/^ami-[0-9a-f]+$/.test(value)) return value
    throw new AmiError('BASE', `Expected the SSM parameter ${name} to hold an image id, found '${value.slice(0, 60)}'`)
  } catch (error) {
    if (serviceErrorName(error) !== 'ParameterNotFound') throw error
    throw new AmiError('BASE', `The SSM parameter ${name} of the base does not exist in ${clients.region}`, {
      cause: error,
      hint: 'See which there are: aws ssm get-parameters-by-path --path /aws/service/ami-amazon-linux-latest'
    })
  }
}

async function readInstanceTypes(clients: Clients, asked: readonly string[]): Promise<InstanceTypeInfo[]> {
  const types = asked.length > 0 ? [...asked] : Object.values(DEFAULT_TYPES).flat()
  const filters = [{ Name: 'instance-type', Values: types }]
  const { InstanceTypes: found = [] } = await clients.ec2.send(new DescribeInstanceTypesCommand({ Filters: filters }))
  return found
}

/** Without selectors: the subnets of the default VPC, which may be none. */
async function readSubnets(clients: Clients, selectors: readonly Selector[]): Promise<Subnet[]> {
  const queries = selectors.length > 0 ? selectors.map(selector => toFilters('subnet-id', selector)) : [DEFAULT_SUBNETS]
  const answers = await Promise.all(
    queries.map(filters => clients.ec2.send(new DescribeSubnetsCommand({ Filters: filters })))
  )
  return answers.flatMap(({ Subnets: found = [] }) => found)
}

const DEFAULT_SUBNETS: Filter[] = [{ Name: 'default-for-az', Values: ['true'] }]

async function readSecurityGroups(clients: Clients, selectors: readonly Selector[]): Promise<SecurityGroup[]> {
  const answers = await Promise.all(
    selectors.map(selector =>
      clients.ec2.send(new DescribeSecurityGroupsCommand({ Filters: toFilters('group-id', selector) }))
    )
  )
  return answers.flatMap(({ SecurityGroups: found = [] }) => found)
}

function toFilters(idFilter: string, selector: Selector): Filter[] {
  if (typeof selector === 'string') return [{ Name: idFilter, Values: [selector] }]
  return Object.entries(selector.tags).map(([key, value]) => ({ Name: `tag:${key}`, Values: [value] }))
}

async function readKeys(clients: Clients, recipe: Recipe): Promise<Map<string, KeyMetadata | undefined>> {
  const asked = new Set([recipe.kmsKey, ...recipe.volumes.map(volume => volume.kmsKey)])
  asked.delete(undefined)
  const found = await Promise.all([...asked].map(async key => [key ?? '', await readKey(clients, key ?? '')] as const))
  return new Map(found)
}

async function readKey(clients: Clients, key: string): Promise<KeyMetadata | undefined> {
  try {
    const { KeyMetadata: metadata } = await clients.kms.send(new DescribeKeyCommand({ KeyId: key }))
    return metadata
  } catch (error) {
    if (['NotFoundException', 'InvalidArnException'].includes(serviceErrorName(error))) return undefined
    throw error
  }
}

async function readFamily(clients: Clients, family: string): Promise<Image[]> {
  const images: Image[] = []
  const pages = paginateDescribeImages(
    { client: clients.ec2, pageSize: 500 },
    {
      Owners: ['self'],
      IncludeDeprecated: true,
      IncludeDisabled: true,
      Filters: [{ Name: `tag:${TAGS.family}`, Values: [family] }]
    }
  )
  for await (const page of pages) images.push(...(page.Images ?? []))
  return images
}

/** Whether this account already has an image of this name, which EC2 would refuse only once all the work is done. */
export async function isNameTaken(clients: Clients, name: string): Promise<boolean> {
  const filters = [{ Name: 'name', Values: [name.replace(/[*?\\]/g, '\\$&')] }]
  const { Images: images = [] } = await clients.ec2.send(
    new DescribeImagesCommand({ Owners: ['self'], IncludeDeprecated: true, IncludeDisabled: true, Filters: filters })
  )
  return images.length > 0
}
