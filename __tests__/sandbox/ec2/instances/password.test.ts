import { constants, privateDecrypt } from 'node:crypto'
import { CreateKeyPairCommand, GetPasswordDataCommand } from '@aws-sdk/client-ec2'
import { beforeEach, expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { serve, served, useClients } from '../../../support/sandbox.ts'
import { IMAGES, seeder } from '../fixture.ts'
import { launch, settle } from '../make.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder, latencyFactor: 1 }))
const clients = useClients(sandbox)
beforeEach(() => {
  const { images } = sandbox.world.region('us-east-1', clients.account)
  Object.assign(images.get(IMAGES.imdsV2)?.image ?? {}, { Platform: 'windows', PlatformDetails: 'Windows' })
})

const passwordOf = async (InstanceId = '') =>
  (await clients.ec2.send(new GetPasswordDataCommand({ InstanceId }))).PasswordData

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetPasswordData.html
test('the password of a Windows instance is empty until the instance has made it, then encrypted for its key', async () => {
  const { KeyMaterial = '' } = await clients.ec2.send(new CreateKeyPairCommand({ KeyName: 'mine' }))
  const { InstanceId } = await launch(clients, { ImageId: IMAGES.imdsV2, KeyName: 'mine' })
  expect(await passwordOf(InstanceId)).toBe('')
  await settle(sandbox)
  await settle(sandbox)
  const data = Buffer.from((await passwordOf(InstanceId)) ?? '', 'base64')
  // Node refuses this padding for decryption where OpenSSL does not guard it; the padding is then taken off here.
  const padded = privateDecrypt({ key: KeyMaterial, padding: constants.RSA_NO_PADDING }, data)
  expect([...padded.subarray(0, 2)]).toEqual([0, 2])
  expect(padded.subarray(padded.indexOf(0, 2) + 1).toString()).toMatch(/^[\x21-\x7e]{32}$/)
})

test.each([
  ['a Linux instance', IMAGES.linux],
  ['a Windows instance without key pair', IMAGES.imdsV2]
])('%s has none', async (_, ImageId) => {
  const { InstanceId } = await launch(clients, { ImageId })
  await settle(sandbox)
  await settle(sandbox)
  expect(await passwordOf(InstanceId)).toBe('')
})
