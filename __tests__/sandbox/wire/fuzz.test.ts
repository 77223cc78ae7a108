import { CreateImageCommand, CreateVolumeCommand, RunInstancesCommand } from '@aws-sdk/client-ec2'
import { CreateKeyCommand } from '@aws-sdk/client-kms'
import { PutParameterCommand } from '@aws-sdk/client-ssm'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { handlers } from '../../../src/sandbox/handlers.ts'
import { operations, SERVICES, type Service } from '../../../src/sandbox/wire/operations.ts'
import { HandGuests } from '../../support/hand-guests.ts'
import { type Clients, clientsFor, type RunningSandbox, serve } from '../../support/sandbox.ts'
import { IMAGES, ROOT_SNAPSHOT, seeder } from '../ec2/fixture.ts'
import { Fuzzer, type Known } from './fuzz.ts'
import { Random } from './random.ts'
import { sendRaw } from './raw.ts'

const FORMATS = { ec2: 'ec2', sts: 'sts', ssm: 'json', kms: 'json' } as const

let sandbox: RunningSandbox
beforeAll(async () => {
  sandbox = await serve({ guests: new HandGuests(), seeder })
})
afterAll(() => sandbox.stop())

/** Makes one of everything in the account. */
async function fill({ ec2, kms, ssm }: Clients): Promise<Known> {
  const launch = { ImageId: IMAGES.linux, MinCount: 1, MaxCount: 1, InstanceType: 't3.micro' as const }
  const { Instances: [instance] = [] } = await ec2.send(new RunInstancesCommand(launch))
  const { VolumeId = '' } = await ec2.send(new CreateVolumeCommand({ AvailabilityZone: 'us-east-1a', Size: 1 }))
  const { ImageId = '' } = await ec2.send(new CreateImageCommand({ InstanceId: instance?.InstanceId, Name: 'fuzz' }))
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
  await ssm.send(new PutParameterCommand({ Name: '/fuzz', Value: 'a', Type: 'String' }))
  const { InstanceId = '', VpcId = '', SubnetId = '', SecurityGroups: [group] = [] } = instance ?? {}
  return {
    ...{ InstanceId: [InstanceId], VpcId: [VpcId], SubnetId: [SubnetId], GroupId: [group?.GroupId ?? ''] },
    ...{ VolumeId: [VolumeId], ImageId: [ImageId, IMAGES.linux, IMAGES.encrypted], SnapshotId: [ROOT_SNAPSHOT] },
    ...{ KeyId: [KeyMetadata?.KeyId ?? ''], KmsKeyId: [KeyMetadata?.KeyId ?? ''], Name: ['/fuzz', 'name', 'fuzz'] },
    ...{ InstanceType: ['t3.micro', 't4g.micro'], AvailabilityZone: ['us-east-1a'], VolumeType: ['gp3', 'io2'] },
    ...{ ResourceType: ['image', 'instance', 'volume', 'Parameter'], DocumentName: ['AWS-RunShellScript'] },
    Resource: [InstanceId, ImageId, VolumeId]
  }
}

const modelled = SERVICES.flatMap(service =>
  Object.keys(handlers[service]).flatMap(name => operations(service).get(name) ?? [])
)

test('2,000 random requests: never a failure of the sandbox, each refusal in the format of its service', async () => {
  const clients = clientsFor(sandbox.url)
  const random = new Random(2)
  const fuzzer = new Fuzzer(random, await fill(clients))
  const outcomes: Record<Service, Map<string, number>> = {
    ec2: new Map(),
    sts: new Map(),
    ssm: new Map(),
    kms: new Map()
  }
  const failures: string[] = []
  for (let i = 0; i < 2000; i++) {
    const operation = random.of(modelled)
    const request = fuzzer.request(operation)
    const { status, code } = await sendRaw(
      sandbox.url,
      { ...request, account: clients.account },
      FORMATS[operation.service]
    )
    outcomes[operation.service].set(code, (outcomes[operation.service].get(code) ?? 0) + 1)
    if (status >= 500) failures.push(`${operation.name}: ${request.body?.slice(0, 500)}`)
  }
  expect(failures).toEqual([])
})
