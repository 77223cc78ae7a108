import { RebootInstancesCommand, StopInstancesCommand } from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import { advance, served, startSandbox, useClients } from '../../../support/sandbox.ts'
import { baseImage, consoleOf, createImage, launchWindows, linesOf, type Year } from './windows.ts'

const sandbox = await served(startSandbox())
const clients = useClients(sandbox)

const launch = async (text: string, year: Year = '2022') => {
  const UserData = Buffer.from(text).toString('base64')
  return launchWindows(sandbox, clients, { ImageId: await baseImage(clients, year), UserData })
}

async function restart(InstanceId: string): Promise<void> {
  await clients.ec2.send(new RebootInstancesCommand({ InstanceIds: [InstanceId] }))
  await advance(sandbox, 0)
}

const log = (id: string) => linesOf(clients, id, 'if (Test-Path C:\\log.txt) { Get-Content C:\\log.txt }')

const LOG = 'Add-Content -Path C:\\log.txt -Value'
const yaml = (frequency: string, type = 'powershell', content = `${LOG} ran`) => `version: 1.1
tasks:
- task: executeScript
  inputs:
  - frequency: ${frequency}
    type: ${type}
    runAs: localSystem
    content: |-
      ${content}
`

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html
describe('user data of a Windows instance', () => {
  test.each([
    ['PowerShell runs once', '2022', `<powershell>\n${LOG} ran\n</powershell>`, ['ran'], ['ran']],
    ['so it does with EC2Launch', '2016', `<powershell>${LOG} ran</powershell>`, ['ran'], ['ran']],
    [
      'persistent, it runs at every boot',
      '2022',
      `<powershell>${LOG} ran</powershell>\n<persist>true</persist>`,
      ['ran'],
      ['ran', 'ran']
    ],
    [
      'batch comes before PowerShell',
      '2019',
      `<powershell>${LOG} two</powershell><script>\nrem first\necho one>> %SystemDrive%\\log.txt\n</script>`,
      ['one', 'two'],
      ['one', 'two']
    ],
    ['a task of EC2Launch v2 runs once', '2022', yaml('once'), ['ran'], ['ran']],
    ['or always', '2022', yaml('always'), ['ran'], ['ran', 'ran']],
    ['also of a batch file', '2022', yaml('once', 'batch', 'echo b > C:\\log.txt'), ['b'], ['b']],
    ['tags are case-sensitive', '2022', `<PowerShell>${LOG} ran</PowerShell>`, [], []],
    ['EC2Launch knows no tasks', '2019', yaml('always'), [], []]
  ] as const)('%s (%s)', async (_, year, text, first, second) => {
    const id = await launch(text, year)
    expect(await log(id)).toEqual(first)
    await restart(id)
    expect(await log(id)).toEqual(second)
  })

  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2launch-v2-task-definitions.html
  test('that exits with 3010 restarts the machine and runs again, at the most five times', async () => {
    const id = await launch(`<powershell>${LOG} again; exit 3010</powershell>`)
    expect(await log(id)).toHaveLength(6)
    expect(await log(id)).toContain('again')
  })

  test('that a restart interrupts runs again', async () => {
    const script = `if (Test-Path C:\\half) { ${LOG} whole } else { New-Item C:\\half; Restart-Computer; Start-Sleep 600 }`
    const id = await launch(`<powershell>${script}</powershell>`)
    expect(await log(id)).toEqual(['whole'])
    await restart(id)
    expect(await log(id)).toEqual(['whole'])
  })

  test('that is not known is said on the console not to have run', async () => {
    const id = await launch('<powershell>\nInstall-WindowsFeature Web-Server\n</powershell>')
    expect(await consoleOf(clients, id)).toContain('not run: line 2: Install-WindowsFeature Web-Server')
  })

  test.each([
    ['what is no user data for Windows', '#!/bin/bash\ntrue', 'no <powershell>, <script> or tasks'],
    ['another task', 'version: 1.0\ntasks:\n- task: enableOpenSsh', 'the task enableOpenSsh'],
    ['what is no YAML', 'version: [1.0', 'not run']
  ])('so is %s', async (_, text, said) => {
    const id = await launch(text)
    expect(await consoleOf(clients, id)).toContain(`sandbox: user data not run`)
    expect(await consoleOf(clients, id)).toContain(said)
  })

  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2launch-v2-settings.html: reset
  test.each([
    ['is not run in instances of an image where the agent was not reset', [], []],
    ['is run there where it was', ['& "$env:ProgramFiles\\Amazon\\EC2Launch\\EC2Launch.exe" reset -c'], ['ran']]
  ])('%s', async (_, commands, lines) => {
    const builder = await launchWindows(sandbox, clients, { ImageId: await baseImage(clients, '2022') })
    await linesOf(clients, builder, 'hostname', ...commands)
    await clients.ec2.send(new StopInstancesCommand({ InstanceIds: [builder] }))
    await advance(sandbox, 0)
    const ImageId = await createImage(sandbox, clients, builder)
    const UserData = Buffer.from(`<powershell>${LOG} ran</powershell>`).toString('base64')
    expect(await log(await launchWindows(sandbox, clients, { ImageId, UserData }))).toEqual(lines)
  })

  test('can seal its machine', async () => {
    const seal = 'C:\\ProgramData\\Amazon\\EC2-Windows\\Launch\\Scripts\\SysprepInstance.ps1'
    const schedule = seal.replace('SysprepInstance.ps1', 'InitializeInstance.ps1 -Schedule')
    const id = await launch(`<powershell>\n${LOG} ran\n${schedule}\n${seal}\n</powershell>`, '2019')
    await advance(sandbox, 0)
    const image = await createImage(sandbox, clients, id)
    const UserData = Buffer.from(`<powershell>${LOG} new</powershell>`).toString('base64')
    expect(await log(await launchWindows(sandbox, clients, { ImageId: image, UserData }))).toEqual(['ran', 'new'])
  })
})
