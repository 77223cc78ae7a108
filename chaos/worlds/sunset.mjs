import { CreateLaunchTemplateCommand } from '@aws-sdk/client-ec2'
import { PutParameterCommand } from '@aws-sdk/client-ssm'
import { HERE } from '../place.mjs'
import { agoISO, BASE, idOf, imageOf } from './family.mjs'

const STAGES = ['current', 'deprecated', 'disabled']
const RECIPE = `family: web
strategy: partial
base: ${BASE}
sunset: { keep: 1, max-images: 100, max-percent: 100 }
`

/** Old images that are due for their next stage, some of them in use, beside a published one. */
export async function sunset(place, [account], random) {
  const stages = Array.from({ length: random.whole(3, 9) }, () => random.pick(STAGES))
  const old = stages.map((stage, i) => dueAt(stage, idOf(account, i + 1), random))
  await place.seed(account, HERE, { images: [headOf(account), ...old] })
  await keepInBin(place, account)
  await use(
    place,
    account,
    idOf(account, random.whole(1, stages.length)),
    idOf(account, random.whole(1, stages.length))
  )
  return { account, recipe: RECIPE, inputs: { command: 'sunset' } }
}

/** One that is disabled, or deprecated, is to be brought back. */
export async function undo(place, [account], random) {
  const id = idOf(account, 1)
  const image = dueAt(random.pick(['deprecated', 'disabled']), id, random)
  await place.seed(account, HERE, { images: [headOf(account), image] })
  return { account, recipe: RECIPE, inputs: { command: 'sunset', undo: id } }
}

const headOf = account => imageOf({ id: idOf(account, 0), daysAgo: 1, tags: { published: agoISO(1) } })

function dueAt(stage, id, random) {
  const friends = random.pick([[], ['111122223333']])
  const noted =
    friends.length > 0 && stage === 'disabled' ? { shared: '1', 'shared-1': friends[0] } : { shared: 'none' }
  const journal = stage === 'current' ? {} : { stage, 'stage-since': agoISO(20), ...noted }
  return imageOf({
    id,
    daysAgo: 90,
    tags: journal,
    sizes: random.pick([[8], [8, 20]]),
    ...(stage === 'current' && { launchPermissions: friends.map(UserId => ({ UserId })) }),
    Image: {
      ...(stage !== 'current' && { DeprecationTime: agoISO(20) }),
      ...(stage === 'disabled' && { State: 'disabled' })
    }
  })
}

async function keepInBin(place, account) {
  const rule = ResourceType => ({
    service: 'rbin',
    operation: 'CreateRule',
    input: { ResourceType, RetentionPeriod: { RetentionPeriodValue: 14, RetentionPeriodUnit: 'DAYS' } }
  })
  await place.seed(account, HERE, { calls: ['EC2_IMAGE', 'EBS_SNAPSHOT'].map(rule) })
  // A first rule takes up to half an hour.
  await place.control('POST', 'clock', { advance: '1h' })
}

/** One is named by a parameter, another by a launch template. */
async function use(place, account, first, second) {
  await place.ssm(account, HERE).send(new PutParameterCommand({ Name: '/used', Value: first, Type: 'String' }))
  const LaunchTemplateData = { ImageId: second, InstanceType: 't3.small' }
  const request = { LaunchTemplateName: 'used', LaunchTemplateData }
  await place.ec2(account, HERE).send(new CreateLaunchTemplateCommand(request))
}
