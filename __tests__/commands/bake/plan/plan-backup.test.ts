import type { Instance } from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import { planBackup } from '../../../../src/commands/bake/plan/plan-backup.ts'
import type { InstanceBase } from '../../../../src/recipe/recipe.ts'
import { facts, load, ORDER, refusals } from '../bake-facts.ts'

const ID = 'i-0123456789abcdef0'

const instance = (more: Partial<Instance> = {}): Instance => ({
  InstanceId: ID,
  State: { Name: 'running' },
  Architecture: 'x86_64',
  RootDeviceType: 'ebs',
  BlockDeviceMappings: [
    { DeviceName: '/dev/xvda', Ebs: { VolumeId: 'vol-root' } },
    { DeviceName: '/dev/sdf', Ebs: { VolumeId: 'vol-data' } }
  ],
  Tags: [{ Key: 'Name', Value: 'db' }],
  ...more
})

function plan(found: Instance | undefined, reboot = 'stop', more: { hasInstanceStore?: boolean } = {}, order = ORDER) {
  const recipe = load(`base: { instance: ${ID}, reboot: ${reboot} }`)
  const source = { hasInstanceStore: false, isStopProtected: false, ...more, ...(found && { instance: found }) }
  return planBackup(recipe, recipe.base as InstanceBase, { ...facts(), ...source }, order)
}

test('a backup is of all attached volumes, and says who it is of', () => {
  expect(plan(instance())).toMatchObject({
    instanceId: ID,
    origin: { id: ID, name: 'db' },
    description: 'web, baked from db',
    volumes: { '/dev/xvda': 'vol-root', '/dev/sdf': 'vol-data' },
    isStoppedForIt: true,
    isLeftStopped: false,
    tags: { 'ami-action:base': ID }
  })
})

test.each([
  ['reboot', 'running', false],
  ['none', 'running', false],
  ['stop', 'stopped', false],
  ['stop', 'running', true]
] as const)('%s of an instance that is %s: is it stopped for it? %s', (reboot, Name, isStoppedForIt) => {
  expect(plan(instance({ State: { Name } }), reboot)).toMatchObject({ isStoppedForIt, isLeftStopped: false })
})

const RESTART = [{ Key: 'ami-action:restart', Value: 'run-0' }]

test.each(['stopping', 'stopped'] as const)('one that a dead run left %s is started again', Name => {
  expect(plan(instance({ State: { Name }, Tags: RESTART }), 'none')).toMatchObject({ isLeftStopped: true })
})

describe('refused:', () => {
  const GROUP = [{ Key: 'aws:autoscaling:groupName', Value: 'web' }]
  test.each<[why: string, found: Instance | undefined, reboot: string, message: string]>([
    ['no instance', undefined, 'none', `an instance, found none with the id ${ID} in us-east-1`],
    [
      'one that is ending',
      instance({ State: { Name: 'shutting-down' } }),
      'none',
      `an instance that is running or stopped, found ${ID} shutting-down`
    ],
    [
      'one without volumes of EBS',
      instance({ RootDeviceType: 'instance-store' }),
      'none',
      `an instance backed by EBS, found ${ID} with the root device instance-store`
    ],
    [
      'one that a service manages',
      instance({ Operator: { Managed: true, Principal: 'eks.amazonaws.com' } }),
      'none',
      `an instance of your own, found ${ID} managed by eks.amazonaws.com`
    ],
    [
      'stopping a member of a group',
      instance({ Tags: GROUP }),
      'stop',
      `an instance that can be stopped, found ${ID}, which is a member of the Auto Scaling group web and would be replaced; use \`reboot: reboot\` or \`reboot: none\``
    ]
  ])('%s', (_, found, reboot, message) => {
    expect(refusals(() => plan(found, reboot))).toEqual([{ code: 'BASE', message: `Expected ${message}`, line: 3 }])
  })

  test('stopping an instance whose instance store would lose its data', () => {
    expect(refusals(() => plan(instance(), 'stop', { hasInstanceStore: true }))).toHaveLength(1)
    expect(refusals(() => plan(instance(), 'reboot', { hasInstanceStore: true }))).toEqual([])
  })

  test('all that stands in the way, at once', () => {
    const found = instance({ Tags: GROUP, InstanceLifecycle: 'spot', State: { Name: 'pending' } })
    expect(refusals(() => plan(found))).toHaveLength(3)
  })
})

test.each([
  ['another attempt of the same workflow run', '77-2-b', true],
  ['another workflow run', '78-1-b', false]
])('an image that was left unfinished is taken up by %s: %s', (_, run, isTakenUp) => {
  const recipe = load(`base: { instance: ${ID}, reboot: none }`)
  const order = { ...ORDER, run: '77-1-a' }
  const { tags } = planBackup(recipe, recipe.base as InstanceBase, source(), order)
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
  const left = { ImageId: 'ami-left', State: 'pending' as const, Tags }
  const again = planBackup(recipe, recipe.base as InstanceBase, { ...source(), family: [left] }, { ...order, run })
  expect(again.unfinished?.imageId).toBe(isTakenUp ? 'ami-left' : undefined)
})

const source = () => ({ ...facts(), instance: instance(), hasInstanceStore: false, isStopProtected: false })
