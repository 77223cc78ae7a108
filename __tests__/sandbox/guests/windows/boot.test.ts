import { constants, privateDecrypt } from 'node:crypto'
import {
  CreateKeyPairCommand,
  GetPasswordDataCommand,
  RebootInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand
} from '@aws-sdk/client-ec2'
import { DescribeInstanceInformationCommand } from '@aws-sdk/client-ssm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { advance, type Clients, clientsFor, type RunningSandbox, startSandbox } from '../../../support/sandbox.ts'
import { baseImage, consoleOf, createImage, identityOf, launchWindows, linesOf } from './windows.ts'

const READY = 'Message: Windows is Ready to use'

let clients: Clients

const passwordOf = async (InstanceId: string) =>
  (await clients.ec2.send(new GetPasswordDataCommand({ InstanceId }))).PasswordData

async function informationOf(id: string) {
  const { InstanceInformationList = [] } = await clients.ssm.send(new DescribeInstanceInformationCommand({}))
  return InstanceInformationList.find(({ InstanceId }) => InstanceId === id)
}

const makeKeyPair = async () => (await clients.ec2.send(new CreateKeyPairCommand({ KeyName: 'mine' }))).KeyMaterial

describe('a Windows instance', () => {
  let sandbox: RunningSandbox
  beforeAll(async () => {
    sandbox = await startSandbox()
  })
  beforeEach(() => {
    clients = clientsFor(sandbox.url)
  })
  afterAll(() => sandbox.stop())

  const count = async (id: string) => (await consoleOf(clients, id)).split(READY).length - 1

  // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_InstanceInformation.html
  test('tells Systems Manager what it is, and its name', async () => {
    const id = await launchWindows(sandbox, clients, { ImageId: await baseImage(clients, '2019') })
    const { name } = await identityOf(clients, id)
    expect(await informationOf(id)).toMatchObject({
      PlatformType: 'Windows',
      PlatformName: 'Microsoft Windows Server 2019 Datacenter',
      PlatformVersion: '10.0.17763',
      ComputerName: `${name}.WORKGROUP`
    })
  })

  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/troubleshoot-unreachable-instance.html: the last message
  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2launch.html: version 1 at its first boot only
  test.each([
    ['EC2Launch v2', '2022', 2],
    ['EC2Launch', '2016', 1]
  ] as const)('says on its console that it is ready, with %s at a restart as well: %s', async (_, year, times) => {
    const id = await launchWindows(sandbox, clients, { ImageId: await baseImage(clients, year) })
    expect(await count(id)).toBe(1)
    await clients.ec2.send(new RebootInstancesCommand({ InstanceIds: [id] }))
    await advance(sandbox, 0)
    await linesOf(clients, id, 'hostname')
    expect(await count(id)).toBe(times)
  })

  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2launch-v2.html: images with it for the releases before 2022
  test.each([
    ['', 'EC2Launch 1.'],
    ['EC2LaunchV2-', 'EC2Launch v2 2.']
  ])('names its launch agent on the console: that of %sWindows_Server-2019 is %s', async (prefix, agent) => {
    const id = await launchWindows(sandbox, clients, { ImageId: await baseImage(clients, '2019', prefix) })
    expect(await consoleOf(clients, id)).toContain(`Launch: ${agent}`)
  })

  test('keeps its name over a restart, and what was written to it', async () => {
    const id = await launchWindows(sandbox, clients, { ImageId: await baseImage(clients, '2022') })
    await linesOf(clients, id, 'Set-Content C:\\kept.txt yes')
    const before = await identityOf(clients, id)
    await clients.ec2.send(new RebootInstancesCommand({ InstanceIds: [id] }))
    await advance(sandbox, 0)
    expect(await identityOf(clients, id)).toEqual(before)
    expect(await linesOf(clients, id, 'cat C:\\kept.txt')).toEqual(['yes'])
  })

  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetPasswordData.html: not for rebundled AMIs
  test.each([
    ['not sealed: none', '2022', ['hostname'], false],
    ['reset', '2022', ['ec2launch reset --block'], true],
    ['whose marker was deleted', '2022', ['rm C:\\ProgramData\\Amazon\\EC2Launch\\state\\.run-once'], true],
    [
      'told to initialize',
      '2016',
      ['C:/ProgramData/Amazon/EC2-Windows/Launch/Scripts/InitializeInstance.ps1 -Schedule'],
      true
    ]
  ] as const)('of an image has a new password where the agent is to make one: %s', async (_, year, commands, has) => {
    await makeKeyPair()
    const builder = await launchWindows(sandbox, clients, { ImageId: await baseImage(clients, year), KeyName: 'mine' })
    await linesOf(clients, builder, ...commands)
    await clients.ec2.send(new StopInstancesCommand({ InstanceIds: [builder] }))
    await advance(sandbox, 0)
    const ImageId = await createImage(sandbox, clients, builder)
    const id = await launchWindows(sandbox, clients, { ImageId, KeyName: 'mine' })
    expect(await passwordOf(id)).toMatch(has ? /^[A-Za-z0-9+/=]{300,}$/ : /^$/)
    expect(await identityOf(clients, id)).toEqual(await identityOf(clients, id))
  })
})

describe('with the durations of AWS', () => {
  let sandbox: RunningSandbox
  beforeAll(async () => {
    sandbox = await startSandbox({ latencyFactor: 1 })
  })
  beforeEach(() => {
    clients = clientsFor(sandbox.url)
  })
  afterAll(() => sandbox.stop())

  const pass = async (seconds: number) => {
    for (let i = 0; i < seconds; i++) await advance(sandbox, 1)
  }

  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2launchv2-troubleshooting.html
  test('specialize and OOBE come before the password, and the SSM agent comes last', async () => {
    const key = (await makeKeyPair()) ?? ''
    const id = await launchWindows(sandbox, clients, { ImageId: await baseImage(clients, '2022'), KeyName: 'mine' })
    await pass(60)
    expect(await consoleOf(clients, id)).toContain('SysprepState=IMAGE_STATE_UNDEPLOYABLE')
    expect(await consoleOf(clients, id)).not.toContain('Windows sysprep configuration complete.')
    await pass(135)
    expect(await consoleOf(clients, id)).toContain('Windows sysprep configuration complete.')
    expect(await passwordOf(id)).toBe('')
    await pass(10)
    expect(await consoleOf(clients, id)).toContain(READY)
    const data = Buffer.from((await passwordOf(id)) ?? '', 'base64')
    expect(privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, data).subarray(-32).toString()).toMatch(
      /^[\x21-\x7e]{32}$/
    )
    expect(await informationOf(id)).toBeUndefined()
    await pass(55)
    expect(await informationOf(id)).toMatchObject({ PingStatus: 'Online' })
  })

  test('an instance that is stopped during specialize begins it anew when it is started', async () => {
    const id = await launchWindows(sandbox, clients, { ImageId: await baseImage(clients, '2022') })
    await pass(100)
    await clients.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }))
    await pass(300)
    expect(await consoleOf(clients, id)).not.toContain(READY)
    await clients.ec2.send(new StartInstancesCommand({ InstanceIds: [id] }))
    await pass(190)
    expect(await consoleOf(clients, id)).not.toContain(READY)
    await pass(20)
    expect(await consoleOf(clients, id)).toContain(READY)
  })
})
