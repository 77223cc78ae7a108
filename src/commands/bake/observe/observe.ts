import {
  DescribeInstanceTypesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  type Filter,
  type InstanceTypeInfo,
  type InstanceTypeOffering,
  paginateDescribeInstanceTypeOfferings,
  type SecurityGroup,
  type Subnet
} from '@aws-sdk/client-ec2'
import type { Aws, Clients } from '../../../aws/aws.ts'
import type { Recipe, Selector } from '../../../recipe/recipe.ts'
import { readFamily } from '../../observe-family.ts'
import { DEFAULT_TYPES } from '../plan/plan-candidates.ts'
import type { BakeFacts, ContentFacts } from './facts.ts'
import { readBases } from './observe-base.ts'
import { readKeys } from './observe-keys.ts'

/** Reads what tells whether a bake is due, at once. Errors: BASE for a parameter that holds no image; denied reads. */
export async function observeContent(aws: Aws, recipe: Recipe): Promise<ContentFacts> {
  const clients = aws.in(aws.run.inputs.awsRegion)
  const [bases, family] = await Promise.all([readBases(clients, recipe.base), readFamily(clients, recipe.family)])
  return { region: clients.region, now: aws.now(), bases, family }
}

/** Reads what else the plan of a bake needs, at once. Errors: what a denied read says. */
export async function observeBuild(aws: Aws, recipe: Recipe, content: ContentFacts): Promise<BakeFacts> {
  const clients = aws.in(content.region)
  const types = typesOf(recipe)
  const [instanceTypes, offerings, subnets, securityGroups, keys] = await Promise.all([
    readInstanceTypes(clients, types),
    readOfferings(clients, types),
    readSubnets(clients, recipe.builder.subnets),
    readSecurityGroups(clients, recipe.builder.securityGroups),
    readKeys(aws, recipe, content.region)
  ])
  return { ...content, instanceTypes, offerings, subnets, securityGroups, ...keys }
}

const typesOf = ({ builder: { instanceTypes: asked } }: Recipe): string[] =>
  asked.length > 0 ? [...asked] : Object.values(DEFAULT_TYPES).flat()

async function readInstanceTypes(clients: Clients, types: string[]): Promise<InstanceTypeInfo[]> {
  const filters = [{ Name: 'instance-type', Values: types }]
  const { InstanceTypes: found = [] } = await clients.ec2.send(new DescribeInstanceTypesCommand({ Filters: filters }))
  return found
}

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceTypeOfferings.html */
async function readOfferings(clients: Clients, types: string[]): Promise<InstanceTypeOffering[]> {
  const filters = [{ Name: 'instance-type', Values: types }]
  const request = { LocationType: 'availability-zone' as const, Filters: filters }
  const found: InstanceTypeOffering[] = []
  for await (const page of paginateDescribeInstanceTypeOfferings({ client: clients.ec2 }, request)) {
    found.push(...(page.InstanceTypeOfferings ?? []))
  }
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
