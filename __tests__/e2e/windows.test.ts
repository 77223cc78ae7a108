import { DescribeImagesCommand, DescribeInstancesCommand, RunInstancesCommand } from '@aws-sdk/client-ec2'
import { GetCommandInvocationCommand, SendCommandCommand } from '@aws-sdk/client-ssm'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Job } from './support/action.ts'
import { leftovers } from './support/leftovers.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start()
})
afterAll(() => sandbox[Symbol.asyncDispose]())

const PUBLISHED = '/aws/service/ami-windows-latest/Windows_Server'
const STEPS = `- name: mark
  shell: powershell
  env: { WORD: "it's" }
  run: Set-Content -Path C:\\mark.txt -Value "$env:WORD"
- files: { app.config: 'C:\\app\\app.config' }
- name: look
  shell: powershell
  run: |
    Get-Content C:\\mark.txt
    Get-Content C:\\app\\app.config`

function windowsJob(account: string, base: string, steps = STEPS): Job {
  const recipe = `family: iis
strategy: partial
base: ${base}
builder: { instance-types: [t3.large], instance-profile: ami-builder }
provision:
  via: ssm
  steps:
${steps.replace(/^/gm, '    ')}
`
  return new Job(sandbox, { account, files: { 'recipe.yml': recipe, 'app.config': 'port=80' } })
}

/** What an instance of the image says of itself. */
async function ask(account: string, imageId: string, question: string): Promise<string> {
  const [ec2, ssm] = [sandbox.ec2(account), sandbox.ssm(account)]
  const { Instances } = await ec2.send(
    new RunInstancesCommand({
      ImageId: imageId,
      InstanceType: 't3.large',
      MinCount: 1,
      MaxCount: 1,
      IamInstanceProfile: { Name: 'AmazonSSMManagedInstanceCore' }
    })
  )
  const InstanceId = Instances?.[0]?.InstanceId ?? ''
  for (let i = 0; i < 200; i++) {
    try {
      const Parameters = { commands: [question] }
      const { Command } = await ssm.send(
        new SendCommandCommand({ DocumentName: 'AWS-RunPowerShellScript', InstanceIds: [InstanceId], Parameters })
      )
      for (;;) {
        const result = await ssm.send(new GetCommandInvocationCommand({ CommandId: Command?.CommandId, InstanceId }))
        if (result.Status === 'Success') return result.StandardOutputContent ?? ''
        if (result.Status === 'Failed') throw new Error(result.StandardErrorContent)
        await new Promise(resolve => setTimeout(resolve, 20))
      }
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'InvalidInstanceId') throw error
      await new Promise(resolve => setTimeout(resolve, 20))
    }
  }
  throw new Error('the instance has no agent')
}

async function newest2012(): Promise<string> {
  const Filters = [{ Name: 'name', Values: ['Windows_Server-2012-R2_*'] }]
  const { Images } = await sandbox
    .ec2(newAccount())
    .send(new DescribeImagesCommand({ Filters, IncludeDeprecated: true }))
  return `{ id: ${Images?.[0]?.ImageId}, stale: warn }`
}

const IDENTITY = '(Get-LocalUser -Name Administrator).SID.AccountDomainSid.Value'

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-create-win-sysprep.html
describe('Windows is sealed by Sysprep through the launch agent that it has', () => {
  test.each([
    ['EC2Launch v2', async () => `{ ssm: ${PUBLISHED}-2022-English-Full-Base }`],
    ['EC2Launch', async () => `{ ssm: ${PUBLISHED}-2016-English-Full-Base }`],
    ['EC2Config', newest2012]
  ])('%s', async (_, baseOf) => {
    const account = newAccount()
    using job = windowsJob(account, await baseOf())
    const { code, log, outputs } = await job.run()
    expect({ code, log }).toEqual({ code: 0, log: expect.stringMatching(/^it's\nport=80$/m) })
    expect((await leftovers(sandbox, account)).instances).toEqual([])
    const image = outputs['image-id'] ?? ''
    const [first, second] = [await ask(account, image, IDENTITY), await ask(account, image, IDENTITY)]
    expect(first).toMatch(/^S-1-5-21-/)
    expect(second).not.toBe(first)
  })
})

test('the deadline that ends a Windows builder is not in the image', async () => {
  const account = newAccount()
  using job = windowsJob(account, `{ ssm: ${PUBLISHED}-2022-English-Full-Base }`)
  const { outputs } = await job.run()
  const look = "$ErrorActionPreference = 'Stop'\nUnregister-ScheduledTask -TaskName ami-action-deadline -Confirm:$false"
  await expect(ask(account, outputs['image-id'] ?? '', look)).rejects.toThrow('No MSFT_ScheduledTask objects found')
})

test('a Windows builder whose job is gone for good shuts itself down at its deadline', async () => {
  const account = newAccount()
  await sandbox.post('faults', { account, operation: 'SendCommand', action: 'hold', when: 'before', count: 1 })
  using job = windowsJob(account, `{ ssm: ${PUBLISHED}-2022-English-Full-Base }`)
  const ended = job.start()
  await sandbox.called(account, 'SendCommand')
  job.kill('SIGKILL')
  await ended
  await sandbox.post('clock', { advance: '3h' })
  await expect(stateOfBuilder(account)).resolves.toBe('stopped')
})

async function stateOfBuilder(account: string): Promise<string | undefined> {
  for (let left = 80; ; left--) {
    const { Reservations = [] } = await sandbox.ec2(account).send(new DescribeInstancesCommand({}))
    const state = Reservations[0]?.Instances?.[0]?.State?.Name
    if (state === 'stopped' || left === 0) return state
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

// https://docs.aws.amazon.com/systems-manager/latest/userguide/run-command-handle-exit-status.html
describe('a Windows bake fails', () => {
  const base = `{ ssm: ${PUBLISHED}-2022-English-Full-Base }`
  const step = (script: string) => `- { name: broken, shell: powershell, timeout: 30s, run: ${JSON.stringify(script)} }`

  test.each([
    ['at the exit code of a step', 'exit 7', /Step 'broken' ended with exit code 7/],
    ['at the first error of a cmdlet', "cat C:\\none\n'on'", /Step 'broken' ended with exit code 1.*Cannot find path/],
    ['at the time-out of a step', 'Start-Sleep -Seconds 60', /Step 'broken' did not end within its time-out of 30 s/],
    [
      'where a step has removed the launch agent',
      'Remove-Item -Recurse -Force "$env:ProgramFiles\\Amazon\\EC2Launch"',
      /Expected a launch agent on i-\w+ to run Sysprep, found none/
    ]
  ])('%s', async (_, script, sentence) => {
    const account = newAccount()
    using job = windowsJob(account, base, step(script))
    const { code, log } = await job.run()
    expect({ code, error: log.split('\n').find(line => line.startsWith('::error')) }).toEqual({
      code: 1,
      error: expect.stringMatching(sentence)
    })
    expect((await leftovers(sandbox, account)).instances).toEqual([])
  })
})
