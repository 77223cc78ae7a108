// What is accepted, in order: a command through the bundle, then a look at the account by a client that is not ours.
import assert from 'node:assert/strict'
import { PARAMETERS, TAG } from './account.mjs'

const BASE = '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64'

/** Bakes on the smallest builder, by user data: no instance profile is needed. */
export const recipeOf = run => `family: ${run}
strategy: partial
base: { ssm: ${BASE} }
builder: { instance-types: [t3.micro, t2.micro] }
provision:
  via: user-data
  steps:
    - { name: mark, run: "echo ${run} >/etc/ami-action-acceptance" }
verify: { findings: { unscanned: warn } }
publish: { ssm: ${PARAMETERS}/${run} }
sunset: { keep: 1 }
tags: { ${TAG}: ${run} }
`

/**
 * `act` runs a command and gives its outputs; `made` remembers images between the steps. Result of each: what was seen,
 * in a few words.
 */
export const STEPS = [
  {
    name: 'bake',
    async run({ act, account, home, made }) {
      made.first = (await act({ command: 'bake' }))['image-id']
      const image = await account.image(home, made.first)
      assert.equal(image.State, 'available')
      const snapshots = await account.snapshotsOf(home, image)
      assert.ok(snapshots.every(({ Encrypted }) => Encrypted))
      return `${made.first} is available, its ${snapshots.length} snapshot is encrypted`
    }
  },
  {
    name: 'bake, nothing due',
    async run({ act, made }) {
      const outputs = await act({ command: 'bake' })
      assert.deepEqual([outputs.reused, outputs['image-id']], ['true', made.first])
      return `${made.first} is used again`
    }
  },
  {
    name: 'verify',
    async run({ act, account, home, made }) {
      const { passed } = await act({ command: 'verify', images: JSON.stringify({ [home]: made.first }) })
      assert.equal(passed, 'true')
      const { Tags } = await account.image(home, made.first)
      assert.match(Tags.find(({ Key }) => Key === 'ami-action:verified')?.Value ?? '', /^passed/)
      return 'two instances have booted, every check has passed'
    }
  },
  {
    name: 'copy',
    run: context => copyTo(context, 'copy', context.second, {})
  },
  {
    name: 'encrypt',
    run: context => copyTo(context, 'encrypt', context.third, { 'kms-key': 'alias/aws/ebs' })
  },
  {
    name: 'publish',
    run: context => publish(context, 'first')
  },
  {
    name: 'publish the next',
    async run(context) {
      const { act, home, made } = context
      made.next = (await act({ command: 'bake', force: 'true' }))['image-id']
      await act({ command: 'verify', images: JSON.stringify({ [home]: made.next }) })
      return publish(context, 'next')
    }
  },
  {
    name: 'sunset',
    async run({ act, account, home, made, now }) {
      await account.expire(home, made.first, now())
      await act({ command: 'sunset' })
      const [old, current] = [await account.image(home, made.first), await account.image(home, made.next)]
      assert.ok(old.DeprecationTime)
      assert.equal(current.DeprecationTime, undefined)
      return `${made.first} is deprecated, ${made.next} is not`
    }
  },
  {
    name: 'sunset, undo',
    async run({ act, account, home, made }) {
      await act({ command: 'sunset', undo: made.first })
      const image = await account.image(home, made.first)
      assert.equal(image.DeprecationTime, undefined)
      return `${made.first} is not deprecated any more`
    }
  },
  {
    name: 'rollback',
    async run({ act, account, home, run, made }) {
      await act({ command: 'rollback', reason: 'acceptance' })
      assert.equal(await account.parameter(home, `${PARAMETERS}/${run}`), made.first)
      return `the parameter names ${made.first} again`
    }
  },
  {
    name: 'verify the fleet',
    async run({ act }) {
      const report = JSON.parse((await act({ command: 'verify', fleet: 'true' })).report)
      assert.equal(report.command, 'verify')
      return 'all instances of the region were examined, none was touched'
    }
  }
]

async function copyTo({ act, account, home, made }, command, region, more) {
  const asked = { command, recipe: '', images: JSON.stringify({ [home]: made.first }), regions: region, ...more }
  const id = JSON.parse((await act(asked)).images)[region]
  const image = await account.image(region, id)
  const snapshots = await account.snapshotsOf(region, image)
  assert.equal(image.State, 'available')
  assert.ok(snapshots.every(({ Encrypted }) => Encrypted))
  return `${region} has ${id}, encrypted`
}

async function publish({ act, account, home, run, made }, which) {
  await act({ command: 'publish', images: JSON.stringify({ [home]: made[which] }) })
  assert.equal(await account.parameter(home, `${PARAMETERS}/${run}`), made[which])
  return `the parameter names ${made[which]}`
}
