import { type Instance, paginateDescribeInstances } from '@aws-sdk/client-ec2'
import type { Aws } from '../../../aws/aws.ts'
import { isOwnLaunch } from '../../../image/client-token.ts'
import { attemptOf, isSuperseded, workflowRunOf } from '../../../image/run-id.ts'
import { TAGS } from '../../../image/tags.ts'
import { endInstances } from '../../end-instances.ts'
import type { BootPlan } from './plan-boot.ts'

const STANDING = ['pending', 'running', 'stopping', 'stopped']

/** Ends the test instances of an image that an earlier attempt of this job has left: its runner was gone. */
export async function endLeft(aws: Aws, { image, region }: BootPlan): Promise<void> {
  const { id, log } = aws.run
  if (attemptOf(id) <= 1) return
  const clients = aws.in(region)
  const filters = [
    { Name: 'image-id', Values: [image.ImageId ?? ''] },
    { Name: `tag:${TAGS.run}`, Values: [`${workflowRunOf(id)}-*`] },
    { Name: 'instance-state-name', Values: STANDING }
  ]
  const found: Instance[] = []
  for await (const page of paginateDescribeInstances({ client: clients.ec2 }, { Filters: filters })) {
    found.push(...(page.Reservations ?? []).flatMap(reservation => reservation.Instances ?? []))
  }
  const isLeft = (instance: Instance) => isOwnLaunch(instance) && isSuperseded(runOf(instance), id)
  await endInstances(clients, found.filter(isLeft), log)
}

const runOf = ({ Tags: tags = [] }: Instance): string => tags.find(({ Key }) => Key === TAGS.run)?.Value ?? ''
