import {
  CreateImageCommand,
  DeregisterImageCommand,
  GetConsoleOutputCommand,
  RunInstancesCommand,
  TerminateInstancesCommand
} from '@aws-sdk/client-ec2'
import { GetParameterCommand } from '@aws-sdk/client-ssm'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { openGuests } from '../../../../src/sandbox/guests/open.ts'
import { seeder } from '../../../../src/sandbox/seed/seeder.ts'
import { type Clients, clientsFor, newAccount, type RunningSandbox, serve } from '../../../support/sandbox.ts'
import { describeReal } from '../../guests/real-guests.ts'
import { imageOf } from '../make.ts'
import { copyImage, createKey, keysOf } from './parts.ts'

const DEBIAN = '/aws/service/debian/release/12/latest/amd64'

describeReal('an image of a real guest', () => {
  let sandbox: RunningSandbox
  beforeAll(async () => {
    const guests = await openGuests({ kind: 'real', bases: {}, allowSelfHosted: true })
    sandbox = await serve({ guests, seeder })
  })
  afterAll(() => sandbox.stop())

  test('boots from its encrypted copy in another region with what was written, also once the source is gone', async () => {
    const account = newAccount()
    const here = clientsFor(sandbox.url, account)
    const there = clientsFor(sandbox.url, account, 'eu-central-1')
    const { Parameter } = await here.ssm.send(new GetParameterCommand({ Name: DEBIAN }))
    const InstanceId = await run(here, Parameter?.Value, 'echo baked >/etc/by-the-bake; echo "bake: done"')
    await consoleShows(here, InstanceId, 'bake: done')
    const { ImageId = '' } = await here.ec2.send(new CreateImageCommand({ InstanceId, Name: 'golden' }))
    await available(here, ImageId)
    const KmsKeyId = await createKey(there)
    const copyId = await copyImage(there, { SourceImageId: ImageId, Encrypted: true, KmsKeyId })
    await here.ec2.send(new DeregisterImageCommand({ ImageId, DeleteAssociatedSnapshots: true }))
    await here.ec2.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId], SkipOsShutdown: true }))
    await available(there, copyId)
    expect(await keysOf(there, await imageOf(there, copyId))).toEqual([KmsKeyId])
    const second = await run(there, copyId, 'echo "found: $(cat /etc/by-the-bake)"')
    await consoleShows(there, second, 'found: baked')
  })
})

async function run({ ec2 }: Clients, ImageId: string | undefined, script: string): Promise<string> {
  const UserData = Buffer.from(`#!/bin/sh\n${script}\n`).toString('base64')
  const request = { ImageId, InstanceType: 't3.micro' as const, MinCount: 1, MaxCount: 1, UserData }
  const { Instances: [instance] = [] } = await ec2.send(new RunInstancesCommand(request))
  return instance?.InstanceId ?? ''
}

const available = ({ ec2, ...clients }: Clients, id: string): Promise<void> =>
  until(async () => (await imageOf({ ec2, ...clients }, id))?.State === 'available')

const consoleShows = ({ ec2 }: Clients, InstanceId: string, text: string): Promise<void> =>
  until(async () => {
    const { Output = '' } = await ec2.send(new GetConsoleOutputCommand({ InstanceId, Latest: true }))
    return Buffer.from(Output, 'base64').toString().includes(text)
  })

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let left = 400; left > 0; left--) {
    if (await condition()) return
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  throw new Error('it did not come to that')
}
