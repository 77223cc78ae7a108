import {
  CreateKeyPairCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  GetPasswordDataCommand,
  StartInstancesCommand,
  StopInstancesCommand
} from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import { advance, clientsFor, served, startSandbox, useClients } from '../../../support/sandbox.ts'
import {
  baseImage,
  consoleOf,
  createImage,
  finished,
  identityOf,
  launchSeveral,
  launchWindows,
  linesOf,
  look,
  powerShell,
  SEAL,
  sendPowerShell
} from './windows.ts'

const sandbox = await served(startSandbox())
const clients = useClients(sandbox)

const AGENTS = [
  ['EC2Launch v2', '2022'],
  ['EC2Launch v2', '2025'],
  ['EC2Launch', '2016'],
  ['EC2Launch', '2019'],
  ['EC2Config', '2012-R2']
] as const

async function imageOf(year: (typeof AGENTS)[number][1]): Promise<string> {
  if (year !== '2012-R2') return baseImage(clients, year)
  const Filters = [{ Name: 'name', Values: ['Windows_Server-2012-R2_*'] }]
  const { Images = [] } = await clients.ec2.send(new DescribeImagesCommand({ Filters, IncludeDeprecated: true }))
  return Images[0]?.ImageId ?? ''
}

async function stateOf(id: string) {
  const { Reservations } = await clients.ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }))
  const { State, StateReason } = Reservations?.[0]?.Instances?.[0] ?? {}
  return { state: State?.Name, reason: StateReason?.Code }
}

async function untilStopped(id: string): Promise<void> {
  for (let i = 0; i < 100 && (await stateOf(id)).state !== 'stopped'; i++) {
    await advance(sandbox, 0)
    await new Promise(resolve => setTimeout(resolve, 10))
  }
  expect(await stateOf(id)).toEqual({ state: 'stopped', reason: 'Client.InstanceInitiatedShutdown' })
}

/** Two instances of an image, each with what must be its own. */
async function identitiesFrom(ImageId: string) {
  const instances = await launchSeveral(sandbox, clients, { ImageId, MinCount: 2, MaxCount: 2 })
  return Promise.all(instances.map(({ InstanceId = '' }) => identityOf(clients, InstanceId)))
}

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-create-win-sysprep.html
describe.each(AGENTS)('an image that %s has sealed on Windows Server %s', (agent, year) => {
  test('gives each instance a SID and a computer name of its own', async () => {
    const builder = await launchWindows(sandbox, clients, { ImageId: await imageOf(year) })
    const before = await identityOf(clients, builder)
    await sendPowerShell(clients, builder, ...SEAL[agent])
    await untilStopped(builder)
    const [one, two] = await identitiesFrom(await createImage(sandbox, clients, builder))
    const sids = [before, one, two].map(identity => identity?.sid)
    const names = [before, one, two].map(identity => identity?.name)
    expect(new Set(sids).size).toBe(3)
    expect(new Set(names).size).toBe(3)
    for (const sid of sids) expect(sid).toMatch(/^S-1-5-21-\d+-\d+-\d+$/)
    for (const name of names) expect(name).toMatch(year === '2012-R2' ? /^WIN-[0-9A-F]{11}$/ : /^EC2AMAZ-[0-9A-F]{7}$/)
  })

  test('gives its instances the same ones where it was not sealed', async () => {
    const builder = await launchWindows(sandbox, clients, { ImageId: await imageOf(year) })
    const before = await identityOf(clients, builder)
    await clients.ec2.send(new StopInstancesCommand({ InstanceIds: [builder] }))
    await advance(sandbox, 0)
    expect(await identitiesFrom(await createImage(sandbox, clients, builder))).toEqual([before, before])
  })
})

describe('sealing', () => {
  // Whoever waits for the command waits for what may never come: the agent goes down with its machine.
  test.each([
    ['EC2Launch v2 comes back and shuts down afterwards', '2022', SEAL['EC2Launch v2'], 'Success'],
    ['EC2Launch v2 with --block takes the agent down', '2022', [`${SEAL['EC2Launch v2'][0]} --block`], 'InProgress'],
    ['EC2Launch takes the agent down', '2019', SEAL.EC2Launch, 'InProgress'],
    ['EC2Config comes back and shuts down afterwards', '2012-R2', SEAL.EC2Config, 'Success']
  ] as const)('%s', async (_, year, commands, status) => {
    const builder = await launchWindows(sandbox, clients, { ImageId: await imageOf(year) })
    const sent = await sendPowerShell(clients, builder, ...commands)
    await untilStopped(builder)
    expect((await look(clients, sent)).Status).toBe(status)
  })

  // https://learn.microsoft.com/en-us/windows-hardware/manufacture/desktop/windows-setup-states
  test('is done when the machine says so, and leaves its tag', async () => {
    const builder = await launchWindows(sandbox, clients, { ImageId: await imageOf('2022') })
    const lines = await linesOf(
      clients,
      builder,
      'Remove-Item -Force C:\\Windows\\System32\\Sysprep\\Sysprep_succeeded.tag',
      '& "C:/Program Files/Amazon/EC2Launch/ec2launch" sysprep --clean --block',
      "(Get-ItemProperty 'HKLM:\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Setup\\State').ImageState",
      'Test-Path C:\\Windows\\System32\\Sysprep\\Sysprep_succeeded.tag',
      'Test-Path C:\\ProgramData\\Amazon\\EC2Launch\\log\\agent.log',
      'Test-Path C:\\ProgramData\\Amazon\\EC2Launch\\state\\.run-once'
    )
    expect(lines).toEqual(['IMAGE_STATE_GENERALIZE_RESEAL_TO_OOBE', 'True', 'False', 'False'])
  })

  test('is undone where the machine is started before its image is made', async () => {
    const builder = await launchWindows(sandbox, clients, { ImageId: await imageOf('2022') })
    await finished(clients, await sendPowerShell(clients, builder, ...SEAL['EC2Launch v2']))
    await untilStopped(builder)
    await clients.ec2.send(new StartInstancesCommand({ InstanceIds: [builder] }))
    await advance(sandbox, 0)
    const identity = await identityOf(clients, builder)
    expect(await identitiesFrom(await createImage(sandbox, clients, builder))).toEqual([identity, identity])
  })

  test('finds its launch agent on the machine', async () => {
    const script = `
      # Which agent is it? It's in the order of the user guide.
      $v2 = "$env:ProgramFiles\\Amazon\\EC2Launch\\EC2Launch.exe"
      if (Test-Path $v2) { Write-Output 'EC2Launch v2'; & $v2 version }
      elseif (Test-Path "$env:ProgramData\\Amazon\\EC2-Windows\\Launch\\Scripts\\InitializeInstance.ps1") {
        'EC2Launch'
      } else { Write-Output "EC2Config" }`
    for (const [agent, year] of AGENTS) {
      const instance = await launchWindows(sandbox, clients, { ImageId: await imageOf(year) })
      expect((await linesOf(clients, instance, script))[0]).toBe(agent)
    }
  })

  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2launch-sysprep.html: the agent is scheduled first
  test.each([
    ['2016', 'Sysprep by itself', ['C:\\Windows\\System32\\Sysprep\\sysprep.exe /oobe /generalize /shutdown /quiet']],
    ['2022', 'Sysprep by itself', ['& $env:SystemRoot\\System32\\Sysprep\\Sysprep.exe /generalize /oobe /shutdown']],
    ['2016', 'EC2Launch that was not scheduled', SEAL.EC2Launch.slice(1)]
  ] as const)('on %s with %s gives a new SID, and leaves the rest undone', async (year, _, commands) => {
    await clients.ec2.send(new CreateKeyPairCommand({ KeyName: 'mine' }))
    const builder = await launchWindows(sandbox, clients, { ImageId: await imageOf(year) })
    const before = await identityOf(clients, builder)
    await sendPowerShell(clients, builder, ...commands)
    await untilStopped(builder)
    const ImageId = await createImage(sandbox, clients, builder)
    const UserData = Buffer.from('<powershell>Set-Content C:\\ran.txt x</powershell>').toString('base64')
    const id = await launchWindows(sandbox, clients, { ImageId, UserData, KeyName: 'mine' })
    expect((await identityOf(clients, id)).sid).not.toBe(before.sid)
    expect(await linesOf(clients, id, 'Test-Path C:\\ran.txt')).toEqual(['False'])
    expect((await clients.ec2.send(new GetPasswordDataCommand({ InstanceId: id }))).PasswordData).toBe('')
  })

  test("with another agent's program fails", async () => {
    const builder = await launchWindows(sandbox, clients, { ImageId: await imageOf('2016') })
    const script = ["$ErrorActionPreference = 'Stop'", ...SEAL['EC2Launch v2']]
    expect(await powerShell(clients, builder, ...script)).toMatchObject({
      Status: 'Failed',
      ResponseCode: 1,
      StandardErrorContent: expect.stringContaining('is not recognized as the name of a cmdlet')
    })
  })
})

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sysprep-using-ec2launchv2.html
test('a machine that is stopped while Sysprep runs can never be used again', async () => {
  const slow = await startSandbox({ latencyFactor: 1 })
  try {
    const mine = clientsFor(slow.url)
    const builder = await launchWindows(slow, mine, { ImageId: await baseImage(mine, '2022') })
    for (let i = 0; i < 60; i++) await advance(slow, 10)
    await finished(mine, await sendPowerShell(mine, builder, ...SEAL['EC2Launch v2']))
    await mine.ec2.send(new StopInstancesCommand({ InstanceIds: [builder] }))
    for (let i = 0; i < 10; i++) await advance(slow, 10)
    const ImageId = await createImage(slow, mine, builder)
    for (let i = 0; i < 60; i++) await advance(slow, 60)
    const broken = await launchWindows(slow, mine, { ImageId })
    for (let i = 0; i < 60; i++) await advance(slow, 10)
    expect(await consoleOf(mine, broken)).toContain('could not finish configuring the system')
    await expect(sendPowerShell(mine, broken, 'hostname')).rejects.toMatchObject({ name: 'InvalidInstanceId' })
  } finally {
    await slow.stop()
  }
})
