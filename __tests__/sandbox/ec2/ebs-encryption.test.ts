import {
  CreateVolumeCommand,
  DisableEbsEncryptionByDefaultCommand,
  EnableEbsEncryptionByDefaultCommand,
  GetEbsDefaultKmsKeyIdCommand,
  GetEbsEncryptionByDefaultCommand,
  ModifyEbsDefaultKmsKeyIdCommand,
  ResetEbsDefaultKmsKeyIdCommand
} from '@aws-sdk/client-ec2'
import { CreateAliasCommand } from '@aws-sdk/client-kms'
import { describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../support/hand-guests.ts'
import { type Clients, clientsFor, serve, served, useClients } from '../../support/sandbox.ts'
import { createKey } from './copy/parts.ts'
import { managedKeyId, seeder } from './fixture.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder, latencyFactor: 1 }))
const clients = useClients(sandbox)

const setting = async ({ ec2 }: Clients = clients) =>
  (await ec2.send(new GetEbsEncryptionByDefaultCommand({}))).EbsEncryptionByDefault
const defaultKey = async () => (await clients.ec2.send(new GetEbsDefaultKmsKeyIdCommand({}))).KmsKeyId
const choose = (KmsKeyId: string | undefined, change = {}) =>
  clients.ec2.send(new ModifyEbsDefaultKmsKeyIdCommand({ KmsKeyId, ...change }))
const newVolume = () => clients.ec2.send(new CreateVolumeCommand({ AvailabilityZone: 'us-east-1a', Size: 1 }))

// https://docs.aws.amazon.com/ebs/latest/userguide/encryption-by-default.html
describe('encryption by default', () => {
  test('is switched on and off for an account in one region, and decides on new volumes', async () => {
    const elsewhere = clientsFor(sandbox.url, clients.account, 'eu-west-1')
    expect(await setting()).toBe(false)
    const on = await clients.ec2.send(new EnableEbsEncryptionByDefaultCommand({}))
    expect([on.EbsEncryptionByDefault, await setting(), await setting(elsewhere)]).toEqual([true, true, false])
    expect(await setting(clientsFor(sandbox.url))).toBe(false)
    expect(await newVolume()).toMatchObject({ Encrypted: true })
    const off = await clients.ec2.send(new DisableEbsEncryptionByDefaultCommand({}))
    expect([off.EbsEncryptionByDefault, await setting()]).toEqual([false, false])
    expect(await newVolume()).toMatchObject({ Encrypted: false })
  })

  test.each([EnableEbsEncryptionByDefaultCommand, GetEbsEncryptionByDefaultCommand])('dry runs: %p', async Command => {
    const dryRun = clients.ec2.send(new Command({ DryRun: true }))
    await expect(dryRun).rejects.toMatchObject({ name: 'DryRunOperation' })
    expect(await setting()).toBe(false)
  })
})

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyEbsDefaultKmsKeyId.html
describe('the default key', () => {
  test.each([
    ['its id', (arn: string) => arn.split('/')[1]],
    ['its ARN', (arn: string) => arn],
    ['an alias', () => 'alias/data'],
    ['the ARN of an alias', (arn: string) => arn.replace(/key\/.*/, 'alias/data')]
  ])('is chosen by %s, and answered by its ARN', async (_, nameOf) => {
    const arn = await createKey(clients)
    await clients.kms.send(new CreateAliasCommand({ AliasName: 'alias/data', TargetKeyId: arn }))
    expect((await choose(nameOf(arn))).KmsKeyId).toBe(arn)
    expect(await defaultKey()).toBe(arn)
    await clients.ec2.send(new EnableEbsEncryptionByDefaultCommand({}))
    expect(await newVolume()).toMatchObject({ Encrypted: true, KmsKeyId: arn })
  })

  test('is the AWS-managed one at first, and again when it is reset', async () => {
    expect(await defaultKey()).toBe('alias/aws/ebs')
    await choose(await createKey(clients))
    const { KmsKeyId } = await clients.ec2.send(new ResetEbsDefaultKmsKeyIdCommand({}))
    expect(KmsKeyId).toBe(`arn:aws:kms:us-east-1:${clients.account}:key/${managedKeyId(clients.account)}`)
    expect(await defaultKey()).toBe('alias/aws/ebs')
  })

  test.each([
    ['without a key', undefined, {}, 'MissingParameter'],
    ['in a dry run', 'alias/aws/ebs', { DryRun: true }, 'DryRunOperation']
  ])('is not chosen %s', async (_, id, change, name) => {
    await expect(choose(id, change)).rejects.toMatchObject({ name })
    expect(await defaultKey()).toBe('alias/aws/ebs')
  })
})
