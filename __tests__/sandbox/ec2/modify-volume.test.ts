import { DescribeVolumesModificationsCommand, ModifyVolumeCommand, type ModifyVolumeRequest } from '@aws-sdk/client-ec2'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../support/hand-guests.ts'
import { advance, serve, served, useClients } from '../../support/sandbox.ts'
import { seeder } from './fixture.ts'
import { createVolume, settle, volumeOf } from './make.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder, latencyFactor: 1 }))
const clients = useClients(sandbox)
let VolumeId: string
beforeEach(async () => {
  VolumeId = await createVolume(clients, { Size: 8, VolumeType: 'gp3' })
  await settle(sandbox)
})

const modify = (change: Partial<ModifyVolumeRequest>) =>
  clients.ec2.send(new ModifyVolumeCommand({ VolumeId, ...change }))
const stateNow = async () => {
  const command = new DescribeVolumesModificationsCommand({ VolumeIds: [VolumeId] })
  return (await clients.ec2.send(command)).VolumesModifications?.[0]?.ModificationState
}

// https://docs.aws.amazon.com/ebs/latest/userguide/monitoring-volume-modifications.html
describe('ModifyVolume', () => {
  test('has its effect once the volume is being optimized, which takes as long as the volume is large', async () => {
    const { VolumeModification: answer } = await modify({ Size: 16, Iops: 4000 })
    expect(answer).toMatchObject({
      ModificationState: 'modifying',
      OriginalSize: 8,
      TargetSize: 16,
      TargetThroughput: 125
    })
    expect(await volumeOf(clients, VolumeId)).toMatchObject({ Size: 8, Iops: 3000 })
    await advance(sandbox, 5)
    expect(await stateNow()).toBe('optimizing')
    expect(await volumeOf(clients, VolumeId)).toMatchObject({ Size: 16, Iops: 4000, VolumeType: 'gp3' })
    await advance(sandbox, 600)
    expect(await stateNow()).toBe('completed')
  })

  test('gives a new type what that type has by default', async () => {
    await modify({ VolumeType: 'gp2' })
    await settle(sandbox)
    const volume = await volumeOf(clients, VolumeId)
    expect([volume?.VolumeType, volume?.Iops, volume?.Throughput]).toEqual(['gp2', 100, undefined])
  })

  test('waits for the change before', async () => {
    await modify({ Size: 16 })
    const message = `Cannot modify volume '${VolumeId}' currently in modification state 'MODIFYING'.`
    await expect(modify({ Size: 32 })).rejects.toMatchObject({ name: 'IncorrectModificationState', message })
  })

  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVolume.html
  test('is possible four times within 24 hours', async () => {
    for (const Size of [9, 10, 11, 12]) {
      await modify({ Size })
      await advance(sandbox, 10)
      await advance(sandbox, 600)
    }
    await expect(modify({ Size: 13 })).rejects.toMatchObject({ name: 'VolumeModificationRateExceeded' })
    await advance(sandbox, 86_400)
    await modify({ Size: 13 })
  })

  test.each([
    ['a smaller size', { Size: 4 }, 'InvalidParameterValue'],
    ['what the type does not take', { VolumeType: 'gp2', Iops: 3000 }, 'InvalidParameterCombination'],
    ['Multi-Attach, which the sandbox has not', { MultiAttachEnabled: true }, 'UnsupportedOperation'],
    ['a dry run', { Size: 16, DryRun: true }, 'DryRunOperation']
  ] as [string, Partial<ModifyVolumeRequest>, string][])('refuses %s', async (_, change, name) => {
    await expect(modify(change)).rejects.toMatchObject({ name })
    await expect(stateNow()).rejects.toMatchObject({ name: 'InvalidVolumeModification.NotFound' })
  })
})
