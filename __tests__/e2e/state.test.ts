import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CreateImageCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  type EC2Client
} from '@aws-sdk/client-ec2'
import { GetParameterCommand, PutParameterCommand } from '@aws-sdk/client-ssm'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { consoleShows, launch } from './support/guest.ts'
import { NODE } from './support/node.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'
import { describe } from './support/with-guests.ts'

const DEBIAN = '/aws/service/debian/release/12/latest/amd64'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'state-'))
})
afterEach(() => rm(folder, { recursive: true }))

const start = (...flags: string[]): Promise<Sandbox> =>
  Sandbox.start('--state', folder, '--allow-self-hosted', ...flags)

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let left = 200; left > 0; left--) {
    if (await condition()) return
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  throw new Error('it did not come about in time')
}

const imageState = async (ec2: EC2Client, id: string) =>
  (await ec2.send(new DescribeImagesCommand({ ImageIds: [id] }))).Images?.[0]?.State

async function baseImage(sandbox: Sandbox, account: string): Promise<string> {
  const { Parameter } = await sandbox.ssm(account).send(new GetParameterCommand({ Name: DEBIAN }))
  return Parameter?.Value ?? ''
}

describe('a sandbox with --state that is killed and started again', () => {
  test('has what it had answered: instances run on, images boot with what was written to them', async () => {
    const account = newAccount()
    const before = await start()
    const writes = 'echo written >>/etc/by-user-data; echo "lines: $(wc -l </etc/by-user-data)"'
    const id = await launch(before.ec2(account), await baseImage(before, account), writes)
    await consoleShows(before.ec2(account), id, 'lines: 1')
    const { ImageId = '' } = await before
      .ec2(account)
      .send(new CreateImageCommand({ InstanceId: id, Name: 'kept', NoReboot: true }))
    await before.kill()

    await using after = await start()
    const ec2 = after.ec2(account)
    const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }))
    expect(Reservations?.[0]?.Instances?.[0]?.State?.Name).toBe('running')
    await until(async () => (await imageState(ec2, ImageId)) === 'available')
    const second = await launch(after.ec2(account), ImageId, 'echo "found: $(cat /etc/by-user-data)"')
    await consoleShows(ec2, second, 'found: written')
    const { Parameter } = await after.ssm(account).send(new GetParameterCommand({ Name: DEBIAN }))
    expect(Parameter?.Value).toMatch(/^ami-/)
  })

  test('does not run user data again on an instance that boots again', async () => {
    const account = newAccount()
    const before = await start()
    const counts = 'echo again >>/etc/runs; echo counted'
    const id = await launch(before.ec2(account), await baseImage(before, account), counts)
    await consoleShows(before.ec2(account), id, 'counted')
    await before.kill()
    await using after = await start()
    const ec2 = after.ec2(account)
    const { ImageId = '' } = await ec2.send(new CreateImageCommand({ InstanceId: id, Name: 'rebooted' }))
    await until(async () => (await imageState(ec2, ImageId)) === 'available')
    const second = await launch(after.ec2(account), ImageId, 'echo "runs: $(wc -l </etc/runs)"')
    await consoleShows(ec2, second, 'runs: 1')
  })

  test('goes on with what was under way: a pending image becomes available', async () => {
    const account = newAccount()
    const before = await start('--latency', '0.01')
    const id = await launch(before.ec2(account), await baseImage(before, account), 'echo up')
    await consoleShows(before.ec2(account), id, 'up')
    const { ImageId = '' } = await before.ec2(account).send(new CreateImageCommand({ InstanceId: id, Name: 'pending' }))
    expect(await imageState(before.ec2(account), ImageId)).toBe('pending')
    await before.kill()
    await using after = await start('--latency', '0.01')
    await until(async () => (await imageState(after.ec2(account), ImageId)) === 'available')
  })

  test('keeps its clock, and also ends in order on SIGTERM', async () => {
    const account = newAccount()
    const before = await start('--guests', 'scripted')
    await before.post('clock', { advance: '45d' })
    const request = { Name: '/golden/web', Value: 'ami-00000000000000001', Type: 'String' } as const
    await before.ssm(account).send(new PutParameterCommand(request))
    await before[Symbol.asyncDispose]()
    await using after = await start('--guests', 'scripted')
    const { Parameter } = await after.ssm(account).send(new GetParameterCommand({ Name: '/golden/web' }))
    expect(Parameter?.Value).toBe(request.Value)
    const answer = await fetch(`${after.url}/_sandbox/requests`)
    expect(Date.parse(answer.headers.get('date') ?? '') - Date.now()).toBeGreaterThan(44 * 86_400_000)
  })

  test('has its folder for itself: a second sandbox on it is refused', async () => {
    await using _first = await start('--guests', 'scripted')
    const second = spawn(NODE, ['dist/sandbox/index.js', '--state', folder, '--guests', 'scripted'])
    let said = ''
    second.stderr.on('data', chunk => {
      said += chunk
    })
    const [code] = await once(second, 'close')
    expect({ code, said }).toEqual({ code: 1, said: `sandbox: another sandbox has the state folder ${folder}\n` })
  })
})
