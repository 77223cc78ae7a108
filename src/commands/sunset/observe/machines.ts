import {
  type Instance,
  paginateDescribeInstances,
  paginateDescribeSpotInstanceRequests,
  type SpotInstanceRequest,
  type Tag
} from '@aws-sdk/client-ec2'
import type { Clients } from '../../../aws/aws.ts'
import { TAGS } from '../../../image/tags.ts'
import type { MachineFacts } from '../facts.ts'
import { collect } from '../references/source.ts'

/** Instances and spot requests with a family's tag: builders and test instances, of runs dead or alive. */
export async function observeMachines({ ec2 }: Clients, family: string): Promise<MachineFacts[]> {
  const Filters = [{ Name: `tag:${TAGS.family}`, Values: [family] }]
  const [reservations, requests] = await Promise.all([
    collect(paginateDescribeInstances({ client: ec2, pageSize: 1000 }, { Filters }), page => page.Reservations),
    collect(
      paginateDescribeSpotInstanceRequests({ client: ec2, pageSize: 1000 }, { Filters }),
      page => page.SpotInstanceRequests
    )
  ])
  const instances = reservations.flatMap(({ Instances = [] }) => Instances)
  return [...instances.map(ofInstance), ...requests.map(ofRequest)]
}

const ofInstance = ({ InstanceId, State, Tags, ClientToken, Operator }: Instance): MachineFacts => ({
  kind: 'instance',
  id: InstanceId ?? '',
  state: State?.Name ?? '',
  tags: toTags(Tags),
  isManaged: Operator?.Managed === true,
  ...(ClientToken && { clientToken: ClientToken })
})

const ofRequest = ({ SpotInstanceRequestId, State, Tags }: SpotInstanceRequest): MachineFacts => ({
  kind: 'spot request',
  id: SpotInstanceRequestId ?? '',
  state: State ?? '',
  tags: toTags(Tags),
  isManaged: false
})

const toTags = (list: readonly Tag[] = []): Record<string, string> =>
  Object.fromEntries(list.map(({ Key = '', Value = '' }) => [Key, Value]))
