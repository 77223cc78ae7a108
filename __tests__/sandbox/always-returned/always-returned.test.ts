import { beforeAll, describe, expect, test } from '@jest/globals'
import { seeder } from '../../../src/sandbox/seed/seeder.ts'
import { HandGuests } from '../../support/hand-guests.ts'
import { serve, served } from '../../support/sandbox.ts'
import { ALWAYS_RETURNED } from './members.ts'
import { expandPaths, findLacks } from './paths.ts'
import { useAutoScaling } from './world/auto-scaling.ts'
import { turnDownImage, useImages } from './world/images.ts'
import { useInstances } from './world/instances.ts'
import { useKeys, useSessions } from './world/keys-and-sessions.ts'
import { useLaunchTemplates } from './world/launch-templates.ts'
import { makeDefaultVpc, useKeyPairs, useNetwork } from './world/network.ts'
import { recordRbin } from './world/rbin.ts'
import { type Recorder, record } from './world/recorder.ts'
import { useRecycleBin, useRetentionRules } from './world/recycle-bin.ts'
import { useSnapshots } from './world/snapshots.ts'
import { useFleets, useSpot } from './world/spot.ts'
import { runCommands, useParameters } from './world/systems-manager.ts'
import { useVolumes } from './world/volumes.ts'

/** The one account of the sandbox that starts without a default VPC. */
const WITHOUT_DEFAULT_VPC = '999999999999'

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))
let recorder: Recorder
let other: Recorder
let newcomer: Recorder
beforeAll(async () => {
  recorder = record(sandbox)
  other = record(sandbox)
  newcomer = record(sandbox, WITHOUT_DEFAULT_VPC)
  await useNetwork(recorder)
  const instanceId = await useInstances(recorder)
  await useKeyPairs(recorder)
  await useVolumes(recorder, instanceId)
  const imageId = await useImages(recorder, instanceId)
  await turnDownImage(recorder, other, imageId)
  await useSnapshots(recorder, instanceId)
  const template = await useLaunchTemplates(recorder, imageId, instanceId)
  await useSpot(recorder, imageId)
  await useFleets(recorder, imageId, template)
  await useAutoScaling(recorder, imageId, template)
  await useParameters(recorder)
  await runCommands(recorder, instanceId)
  await useKeys(recorder)
  await useSessions(recorder, sandbox.world.clock.now())
  const rbin = recordRbin(sandbox, recorder)
  await useRecycleBin(recorder, rbin, imageId)
  await useRetentionRules(rbin)
  await makeDefaultVpc(newcomer)
  await recorder.ec2.terminateInstances({ InstanceIds: [instanceId] })
})

describe('AWS always returns, and so does the sandbox, the members of', () => {
  test.each(ALWAYS_RETURNED)('$service $operation ($document)', ({ service, operation, members }) => {
    const key = `${service}:${operation}`
    const answers = [recorder, other, newcomer].flatMap(each => each.answers.get(key) ?? [])
    expect(answers.length).toBeGreaterThan(0)
    const paths = expandPaths(members)
    expect([...new Set(answers.flatMap(answer => paths.flatMap(path => findLacks(answer, path))))]).toEqual([])
  })
})
