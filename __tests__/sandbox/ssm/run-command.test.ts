import { RunInstancesCommand, StopInstancesCommand } from '@aws-sdk/client-ec2'
import {
  CancelCommandCommand,
  DescribeInstanceInformationCommand,
  GetCommandInvocationCommand,
  type GetCommandInvocationResult,
  GetParameterCommand,
  ListCommandInvocationsCommand,
  ListCommandsCommand,
  SendCommandCommand,
  type SendCommandRequest
} from '@aws-sdk/client-ssm'
import { describe, expect, test } from '@jest/globals'
import type { RunRequest, RunResult } from '../../../src/sandbox/guests/guests.ts'
import { seeder } from '../../../src/sandbox/seed/seeder.ts'
import { advance, type Clients, clientsFor, serve, served } from '../../support/sandbox.ts'
import { passed, ScriptGuests, untilKilled } from './script-guests.ts'

const AL2023 = '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64'
const WINDOWS = '/aws/service/ami-windows-latest/Windows_Server-2022-English-Full-Base'
const PROFILE = { Name: 'AmazonSSMManagedInstanceCore' }

const guests = new ScriptGuests()
const sandbox = await served(serve({ guests, seeder }))

/** A running instance, by default one with an SSM agent. */
async function launch(clients: Clients, { parameter = AL2023, profile = true, box = sandbox } = {}): Promise<string> {
  const { Parameter } = await clients.ssm.send(new GetParameterCommand({ Name: parameter }))
  const { Instances } = await clients.ec2.send(
    new RunInstancesCommand({
      ImageId: Parameter?.Value,
      InstanceType: 't3.micro',
      MinCount: 1,
      MaxCount: 1,
      ...(profile && { IamInstanceProfile: PROFILE })
    })
  )
  await advance(box, 0)
  return Instances?.[0]?.InstanceId ?? ''
}

const sendTo = ({ ssm }: Clients, instanceId: string, change: Partial<SendCommandRequest> = {}) =>
  ssm.send(
    new SendCommandCommand({
      DocumentName: 'AWS-RunShellScript',
      InstanceIds: [instanceId],
      Parameters: { commands: ['true'] },
      ...change
    })
  )

interface Sent {
  readonly clients: Clients
  readonly instanceId: string
  readonly commandId: string
}

/** Sends a command to a new instance, where it is run as the test says. */
async function send(
  script: (request: RunRequest) => Promise<RunResult>,
  change: Partial<SendCommandRequest> = {}
): Promise<Sent> {
  const clients = clientsFor(sandbox.url)
  const instanceId = await launch(clients)
  guests.scripts.set(instanceId, script)
  const { Command } = await sendTo(clients, instanceId, change)
  return { clients, instanceId, commandId: Command?.CommandId ?? '' }
}

const look = ({ clients, instanceId, commandId }: Sent): Promise<GetCommandInvocationResult> =>
  clients.ssm.send(new GetCommandInvocationCommand({ CommandId: commandId, InstanceId: instanceId }))

async function waitFor(sent: Sent, isThere: (invocation: GetCommandInvocationResult) => boolean) {
  for (let i = 0; i < 200; i++) {
    const invocation = await look(sent)
    if (isThere(invocation)) return invocation
    await new Promise(resolve => setTimeout(resolve, 10))
  }
  throw new Error(`still ${JSON.stringify(await look(sent))}`)
}

const waitForEnd = (sent: Sent) =>
  waitFor(sent, ({ Status }) => !['Pending', 'InProgress', 'Cancelling'].includes(Status ?? ''))

describe('an instance with a profile', () => {
  test('is managed once its agent has registered, about a minute after the start, and until it is stopped', async () => {
    const slow = await serve({ guests: new ScriptGuests(), seeder, latencyFactor: 1 })
    try {
      const clients = clientsFor(slow.url)
      const instanceId = await launch(clients, { box: slow })
      const online = async () =>
        (await clients.ssm.send(new DescribeInstanceInformationCommand({}))).InstanceInformationList?.length
      await advance(slow, 10)
      expect(await online()).toBe(0)
      await expect(sendTo(clients, instanceId)).rejects.toMatchObject({
        name: 'InvalidInstanceId',
        message: `Instances [[${instanceId}]] not in a valid state for account ${clients.account}`
      })
      await advance(slow, 60)
      expect(await online()).toBe(1)
      await clients.ec2.send(new StopInstancesCommand({ InstanceIds: [instanceId] }))
      expect(await online()).toBe(0)
    } finally {
      await slow.stop()
    }
  })

  test('is found by its id, by its tags and by its platform', async () => {
    const clients = clientsFor(sandbox.url)
    const linux = await launch(clients)
    const windows = await launch(clients, { parameter: WINDOWS })
    const find = async (Key: string, Values: string[]) => {
      const request = new DescribeInstanceInformationCommand({ Filters: [{ Key, Values }] })
      const { InstanceInformationList = [] } = await clients.ssm.send(request)
      return InstanceInformationList.map(({ InstanceId }) => InstanceId)
    }
    expect(await find('InstanceIds', [linux])).toEqual([linux])
    expect(await find('PlatformTypes', ['Windows'])).toEqual([windows])
    expect(await find('PingStatus', ['Online'])).toEqual([linux, windows])
    expect(await find('PingStatus', ['ConnectionLost'])).toEqual([])
    await expect(find('InstanceIds', ['web'])).rejects.toMatchObject({ name: 'InvalidInstanceInformationFilterValue' })
    await expect(find('Colour', ['red'])).rejects.toMatchObject({ name: 'InvalidFilterKey' })
  })
})

describe('a command', () => {
  test('is pending when it is sent, and its output is empty until it has finished', async () => {
    let finish = (_: RunResult) => {}
    const sent = await send(() => new Promise(resolve => (finish = resolve)))
    const { Commands } = await sent.clients.ssm.send(new ListCommandsCommand({ CommandId: sent.commandId }))
    expect(Commands).toMatchObject([{ TargetCount: 1, CompletedCount: 0 }])
    expect(await waitFor(sent, ({ Status }) => Status === 'InProgress')).toMatchObject({
      StatusDetails: 'InProgress',
      ResponseCode: -1,
      StandardOutputContent: '',
      StandardErrorContent: '',
      PluginName: 'aws:runShellScript'
    })
    finish({ ...passed, stdout: 'hello\n', stderr: 'a warning\n' })
    expect(await waitForEnd(sent)).toMatchObject({
      Status: 'Success',
      StatusDetails: 'Success',
      ResponseCode: 0,
      StandardOutputContent: 'hello\n',
      StandardErrorContent: 'a warning\n',
      ExecutionElapsedTime: expect.stringMatching(/^PT[\d.]+S$/)
    })
  })

  test('hands its commands to the guest’s shell, with its time-out and what the agent sets', async () => {
    const requests: RunRequest[] = []
    const sent = await send(
      async request => {
        requests.push(request)
        return passed
      },
      { Parameters: { commands: ['echo 1', 'echo 2'], executionTimeout: ['90'] } }
    )
    await waitForEnd(sent)
    expect(requests).toEqual([
      expect.objectContaining({
        shell: 'bash',
        script: expect.stringContaining('\necho 1\necho 2\n'),
        timeoutSeconds: 90,
        env: { AWS_SSM_INSTANCE_ID: sent.instanceId, AWS_SSM_REGION_NAME: 'us-east-1' }
      })
    ])
  })

  const endings: [how: string, result: RunResult, expected: GetCommandInvocationResult][] = [
    [
      'that fails has failed with its exit code, which the agent also says on stderr',
      { ...passed, exitCode: 3, stdout: 'one\n', stderr: 'no\n' },
      {
        Status: 'Failed',
        StatusDetails: 'Failed',
        ResponseCode: 3,
        StandardOutputContent: 'one\n',
        StandardErrorContent: 'no\nfailed to run commands: exit status 3'
      }
    ],
    [
      'that outlasts its executionTimeout is killed',
      { ...passed, exitCode: 137, timedOut: true, stdout: 'so far\n' },
      {
        Status: 'TimedOut',
        StatusDetails: 'ExecutionTimedOut',
        ResponseCode: 137,
        StandardOutputContent: 'so far\n'
      }
    ],
    [
      'that cannot be run here has never passed',
      { ...passed, notRun: 'this distribution has no dnf' },
      {
        Status: 'Failed',
        StatusDetails: 'InvalidPlatform',
        ResponseCode: -1,
        StandardErrorContent: 'this distribution has no dnf'
      }
    ]
  ]
  test.each(endings)('%s', async (_, result, expected) => {
    expect(await waitForEnd(await send(async () => result))).toMatchObject(expected)
  })

  // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetCommandInvocation.html
  test('that says much: the first 24,000 characters of stdout are kept, and 8,000 of stderr', async () => {
    const long = `first${'x'.repeat(30_000)}`
    const { StandardOutputContent: out = '', StandardErrorContent: err = '' } = await waitForEnd(
      await send(async () => ({ ...passed, stdout: long, stderr: long }))
    )
    expect([out.length, err.length]).toEqual([24_000, 8_000])
    expect(out).toMatch(/^firstx+\n---Output truncated---$/)
    expect(err).toMatch(/^firstx+\n---Error truncated----$/)
  })

  // https://docs.aws.amazon.com/systems-manager/latest/userguide/send-commands-reboot.html
  test('that exits with 194 is run again from its beginning after a reboot', async () => {
    let runs = 0
    const sent = await send(async () => ({ ...passed, exitCode: ++runs < 3 ? 194 : 0, stdout: `run ${runs}\n` }))
    const end = await waitForEnd(sent)
    expect(end).toMatchObject({ Status: 'Success', StandardOutputContent: 'run 1\nrun 2\nrun 3\n' })
    expect(guests.bootsOf(sent.instanceId)).toHaveLength(3)
  })

  test('on an instance that goes down stays in progress until its time is over', async () => {
    const clocked = new ScriptGuests()
    const box = await serve({ guests: clocked, seeder })
    try {
      const clients = clientsFor(box.url)
      const instanceId = await launch(clients, { box })
      clocked.scripts.set(instanceId, async (_, boot) => {
        boot.onEnd('poweroff')
        return { ...passed, exitCode: 137 }
      })
      const Parameters = { commands: ['poweroff'], executionTimeout: ['600'] }
      const { Command } = await sendTo(clients, instanceId, { Parameters, TimeoutSeconds: 60 })
      const sent = { clients, instanceId, commandId: Command?.CommandId ?? '' }
      await new Promise(resolve => setTimeout(resolve, 500))
      expect(await look(sent)).toMatchObject({ Status: 'InProgress', ResponseCode: -1 })
      await advance(box, 660)
      expect(await look(sent)).toMatchObject({ Status: 'TimedOut', StatusDetails: 'ExecutionTimedOut' })
    } finally {
      await box.stop()
    }
  })

  test('can be cancelled, which kills its script', async () => {
    const sent = await send(untilKilled)
    await waitFor(sent, ({ Status }) => Status === 'InProgress')
    await sent.clients.ssm.send(new CancelCommandCommand({ CommandId: sent.commandId }))
    expect(await waitForEnd(sent)).toMatchObject({ Status: 'Cancelled', StandardOutputContent: 'begun\n' })
  })
})

describe('platforms', () => {
  test('a shell script is refused for Windows', async () => {
    const clients = clientsFor(sandbox.url)
    const request = sendTo(clients, await launch(clients, { parameter: WINDOWS }))
    await expect(request).rejects.toMatchObject({ name: 'UnsupportedPlatformType' })
  })

  test('a PowerShell script on a Linux guest is not run', async () => {
    const sent = await send(async () => passed, { DocumentName: 'AWS-RunPowerShellScript' })
    expect(await waitForEnd(sent)).toMatchObject({
      Status: 'Failed',
      StatusDetails: 'InvalidPlatform',
      ResponseCode: -1,
      PluginName: 'aws:runPowerShellScript',
      StandardErrorContent: expect.stringContaining('PowerShell')
    })
  })
})

describe('SendCommand refuses', () => {
  const commands = ['true']
  const rows: [what: string, change: Partial<SendCommandRequest>, name: string][] = [
    ['an instance that there is not', { InstanceIds: ['i-0123456789abcdef0'] }, 'InvalidInstanceId'],
    ['no instance', { InstanceIds: [] }, 'ValidationException'],
    ['a document that there is not', { DocumentName: 'AWS-RunFortran' }, 'InvalidDocument'],
    ['no commands', { Parameters: {} }, 'InvalidParameters'],
    ['an unknown parameter', { Parameters: { commands, colour: ['red'] } }, 'InvalidParameters'],
    ['no time at all', { Parameters: { commands, executionTimeout: ['0'] } }, 'InvalidParameters'],
    ['more than two days', { Parameters: { commands, executionTimeout: ['172801'] } }, 'InvalidParameters'],
    ['more than 64 KB', { Parameters: { commands: ['x'.repeat(65_536)] } }, 'MaxDocumentSizeExceeded'],
    ['a delivery in less than 30 seconds', { TimeoutSeconds: 29 }, 'ValidationException'],
    ['a comment of more than 100 characters', { Comment: 'x'.repeat(101) }, 'ValidationException'],
    ['the hash of a document, which nobody checks', { DocumentHash: 'a'.repeat(64) }, 'UnsupportedOperation'],
    ['a target that is modelled by nobody', { Targets: [{ Key: 'tag:a', Values: ['b'] }] }, 'UnsupportedOperation']
  ]
  test.each(rows)('%s', async (_, change, name) => {
    const clients = clientsFor(sandbox.url)
    await expect(sendTo(clients, await launch(clients), change)).rejects.toMatchObject({ name })
    expect((await clients.ssm.send(new ListCommandsCommand({}))).Commands).toEqual([])
  })

  test('an instance twice', async () => {
    const clients = clientsFor(sandbox.url)
    const id = await launch(clients)
    await expect(sendTo(clients, id, { InstanceIds: [id, id] })).rejects.toMatchObject({ name: 'DuplicateInstanceId' })
  })

  test('an instance without a profile, and one of another account', async () => {
    const clients = clientsFor(sandbox.url)
    const bare = await launch(clients, { profile: false })
    await expect(sendTo(clients, bare)).rejects.toMatchObject({ name: 'InvalidInstanceId' })
    const foreign = sendTo(clients, await launch(clientsFor(sandbox.url)))
    await expect(foreign).rejects.toMatchObject({ name: 'InvalidInstanceId' })
  })

  test('all instances if one of them has no agent', async () => {
    const clients = clientsFor(sandbox.url)
    const [good, bare] = [await launch(clients), await launch(clients, { profile: false })]
    const request = sendTo(clients, good, { InstanceIds: [good, bare] })
    await expect(request).rejects.toMatchObject({
      name: 'InvalidInstanceId',
      message: expect.stringContaining(`[[${bare}]]`)
    })
  })
})

describe('commands that were sent', () => {
  test('are listed newest first, by their comment to be known again', async () => {
    const clients = clientsFor(sandbox.url)
    const id = await launch(clients)
    for (const Comment of ['first', 'second']) await sendTo(clients, id, { Comment })
    const { Commands } = await clients.ssm.send(new ListCommandsCommand({ InstanceId: id }))
    expect(Commands?.map(({ Comment }) => Comment)).toEqual(['second', 'first'])
  })

  test('on two instances: the command has failed if one of them has', async () => {
    const clients = clientsFor(sandbox.url)
    const ids = [await launch(clients), await launch(clients)]
    guests.scripts.set(ids[1] ?? '', async () => ({ ...passed, exitCode: 1, stdout: 'said' }))
    const { Command } = await sendTo(clients, '', { InstanceIds: ids })
    const commandId = Command?.CommandId ?? ''
    for (const instanceId of ids) await waitForEnd({ clients, instanceId, commandId })
    const listed = await clients.ssm.send(new ListCommandsCommand({ Filters: [{ key: 'Status', value: 'Failed' }] }))
    expect(listed.Commands).toMatchObject([{ CommandId: commandId, TargetCount: 2, CompletedCount: 2, ErrorCount: 1 }])
    const details = new ListCommandInvocationsCommand({ CommandId: commandId, InstanceId: ids[1], Details: true })
    const { CommandInvocations } = await clients.ssm.send(details)
    expect(CommandInvocations).toMatchObject([
      { Status: 'Failed', CommandPlugins: [{ ResponseCode: 1, Output: expect.stringMatching(/^said/) }] }
    ])
  })

  test('are not known to others', async () => {
    const sent = await send(async () => passed)
    const other = clientsFor(sandbox.url)
    await expect(look({ ...sent, clients: other })).rejects.toMatchObject({ name: 'InvocationDoesNotExist' })
    const cancelled = other.ssm.send(new CancelCommandCommand({ CommandId: sent.commandId }))
    await expect(cancelled).rejects.toMatchObject({ name: 'InvalidCommandId' })
  })
})
