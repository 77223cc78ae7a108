// The account as EC2 and Systems Manager show it: nothing of the action's own code. All that a run makes has its tag.
import {
  CreateTagsCommand,
  DeleteSnapshotCommand,
  DeregisterImageCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeSnapshotsCommand,
  DisableImageDeregistrationProtectionCommand,
  EC2Client,
  TerminateInstancesCommand
} from '@aws-sdk/client-ec2'
import { DeleteParameterCommand, GetParameterCommand, GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm'

export const TAG = 'ami-action-acceptance'
export const PARAMETERS = `/${TAG}`
const ALIVE = ['pending', 'running', 'stopping', 'stopped']

export class Account {
  #credentials

  constructor(credentials) {
    this.#credentials = credentials
  }

  ec2(region) {
    return new EC2Client({ region, credentials: this.#credentials })
  }

  ssm(region) {
    return new SSMClient({ region, credentials: this.#credentials })
  }

  async image(region, id) {
    const { Images: [image] = [] } = await this.ec2(region).send(new DescribeImagesCommand({ ImageIds: [id] }))
    return image
  }

  async snapshotsOf(region, image) {
    const command = new DescribeSnapshotsCommand({ SnapshotIds: snapshotsOf(image) })
    const { Snapshots = [] } = await this.ec2(region).send(command)
    return Snapshots
  }

  async parameter(region, name) {
    return (await this.ssm(region).send(new GetParameterCommand({ Name: name }))).Parameter.Value
  }

  /** Lets an image's validity end: what else takes weeks. */
  async expire(region, id, now) {
    const Tags = [{ Key: 'ami-action:valid-until', Value: new Date(now.getTime() - 60_000).toISOString() }]
    await this.ec2(region).send(new CreateTagsCommand({ Resources: [id], Tags }))
  }

  /** What is there of a run, or of all: its kind and id; of images also whether EC2 protects them, and their snapshots. */
  async list(region, run = '*') {
    const ec2 = this.ec2(region)
    const Filters = [{ Name: `tag:${TAG}`, Values: [run] }]
    const alive = { Name: 'instance-state-name', Values: ALIVE }
    const [{ Reservations = [] }, { Images = [] }, { Snapshots = [] }, parameters] = await Promise.all([
      ec2.send(new DescribeInstancesCommand({ Filters: [...Filters, alive] })),
      ec2.send(
        new DescribeImagesCommand({ Owners: ['self'], Filters, IncludeDeprecated: true, IncludeDisabled: true })
      ),
      ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'], Filters })),
      this.#listParameters(region, run)
    ])
    const guarded = Images.filter(isProtected).flatMap(snapshotsOf)
    return [
      ...Reservations.flatMap(({ Instances }) => Instances.map(({ InstanceId: id }) => ({ kind: 'instance', id }))),
      ...Images.map(image => ({ kind: isProtected(image) ? 'protected image' : 'image', id: image.ImageId })),
      ...Snapshots.map(({ SnapshotId: id }) => ({
        kind: guarded.includes(id) ? 'protected snapshot' : 'snapshot',
        id
      })),
      ...parameters.map(id => ({ kind: 'parameter', id }))
    ]
  }

  async #listParameters(region, run) {
    const command = new GetParametersByPathCommand({ Path: PARAMETERS })
    const { Parameters = [] } = await this.ssm(region).send(command)
    return Parameters.map(({ Name }) => Name).filter(name => run === '*' || name === `${PARAMETERS}/${run}`)
  }

  /**
   * Removes all of that, in its order: an image before its snapshots. A published image is protected, for 24 hours after its
   * protection was taken off. Result: what was removed, what waits for that, and what went wrong.
   *
   * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-deregistration-protection.html
   */
  async remove(region, run) {
    const [ec2, ssm] = [this.ec2(region), this.ssm(region)]
    const removals = {
      instance: id => ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] })),
      image: id => ec2.send(new DeregisterImageCommand({ ImageId: id })),
      'protected image': id => ec2.send(new DisableImageDeregistrationProtectionCommand({ ImageId: id })),
      'protected snapshot': async () => undefined,
      snapshot: id => ec2.send(new DeleteSnapshotCommand({ SnapshotId: id })),
      parameter: id => ssm.send(new DeleteParameterCommand({ Name: id }))
    }
    const done = { removed: [], waiting: [], failed: [] }
    for (const { kind, id } of await this.list(region, run)) {
      const success = kind.startsWith('protected') ? done.waiting : done.removed
      await removals[kind](id).then(
        () => success.push(id),
        error => done.failed.push(`${region}: ${kind} ${id}: ${error.message}`)
      )
    }
    return done
  }
}

const snapshotsOf = ({ BlockDeviceMappings = [] }) => BlockDeviceMappings.flatMap(({ Ebs }) => Ebs?.SnapshotId ?? [])

/** `disabled after …` is a cooldown that is not over, or one that is. */
function isProtected({ DeregistrationProtection: state = 'disabled' }) {
  const [, until] = /^disabled after (.*)$/.exec(state) ?? []
  return until ? new Date(until) > new Date() : state !== 'disabled'
}
