import { CancelCommandCommand, SendCommandCommand } from '@aws-sdk/client-ssm'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { advance, type Clients, clientsFor, served, startSandbox } from '../../../support/sandbox.ts'
import { baseImage, finished, identityOf, launchWindows, linesOf, powerShell, sendPowerShell } from './windows.ts'

const SETUP_STATE = 'HKLM:\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Setup\\State'
const REBOOT_PENDING = 'HKLM:\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component Based Servicing\\RebootPending'

const sandbox = await served(startSandbox())
let clients: Clients
let v2: string
let v1: string
beforeAll(async () => {
  clients = clientsFor(sandbox.url)
  v2 = await launchWindows(sandbox, clients, { ImageId: await baseImage(clients, '2022') })
  v1 = await launchWindows(sandbox, clients, { ImageId: await baseImage(clients, '2016') })
})

describe('a Windows guest answers', () => {
  test.each([
    ['words', 'Write-Output hello', ['hello']],
    ['a literal', "Write-Host 'it''s; # fine'", ["it's; # fine"]],
    ['a variable', '$a = "x y"; echo "[$a]"', ['[x y]']],
    ['a variable of its own', '$n = $env:COMPUTERNAME\nif ($n -eq (hostname)) { "same" }', ['same']],
    ['an expression in a string', '"v$([System.Environment]::OSVersion.Version.ToString())"', ['v10.0.20348.0']],
    [
      'what Windows it is',
      '(Get-CimInstance Win32_OperatingSystem).Caption',
      ['Microsoft Windows Server 2022 Datacenter']
    ],
    [
      'whether it is ready',
      `(Get-ItemProperty '${SETUP_STATE}' -Name ImageState).ImageState`,
      ['IMAGE_STATE_COMPLETE']
    ],
    [
      'the same, asked otherwise',
      `Get-ItemPropertyValue -Path ${SETUP_STATE} -Name ImageState`,
      ['IMAGE_STATE_COMPLETE']
    ],
    ['whether OOBE is over', '(Get-ItemProperty HKLM:\\SYSTEM\\Setup).OOBEInProgress', ['0']],
    ['whether a restart is due', `Test-Path '${REBOOT_PENDING}'`, ['False']],
    ['what agent it has', '& "$env:ProgramFiles\\Amazon\\EC2Launch\\EC2Launch.exe" version', ['2.0.2046']],
    ['a file that it was given', "Set-Content -Path 'C:\\a b.txt' -Value hi\nGet-Content 'C:\\a b.txt'", ['hi']],
    [
      'a file as batch writes one',
      "cmd.exe /c 'hostname' | Out-Null\necho one > C:\\c.txt; echo two >> C:\\c.txt; cat C:\\c.txt",
      ['one', 'two']
    ],
    [
      'a folder with something in it',
      'New-Item -ItemType File -Path C:\\f\\x -Force | Out-Null; Test-Path C:\\f',
      ['True']
    ],
    [
      'that a folder is gone',
      'New-Item C:\\g\\x | Out-Null; Remove-Item -Recurse -Force C:\\g; Test-Path C:\\g\\x',
      ['False']
    ],
    ['conditions', 'if (-not (1 -eq 2) -and "a" -ne "b") { "yes" } else { "no" }', ['yes']],
    ['another branch', 'if ($false) { 1 } elseif (2 -gt 1) { if ($true) { "in" } }\nelse { 3 }', ['in']],
    ['what it does about an error', 'try { throw "no" } catch { "caught" } finally { "last" }', ['caught', 'last']],
    [
      'what it does about none',
      "$ErrorActionPreference = 'Stop'\ntry {\n  cat C:\\none -ErrorAction Ignore\n  'on'\n}\ncatch { 'caught' }",
      ['on']
    ],
    [
      'with what a branch has assigned',
      '$a = 1; $b = 1; if ($true) { $a = 2; "$a" } else { $b = 2 }\n"$a$b"',
      ['2', '21']
    ],
    ['where it is', '"$env:AWS_SSM_REGION_NAME"', ['us-east-1']],
    ['a command over two lines', 'Write-Output `\n  both', ['both']]
  ])('%s', async (_, script, lines) => {
    expect(await linesOf(clients, v2, script)).toEqual(lines)
  })

  test("the machine's SID and the administrator's, which ends in 500", async () => {
    const { sid } = await identityOf(clients, v2)
    const ask = '(Get-CimInstance Win32_UserAccount -Filter "LocalAccount=True AND Name=\'Administrator\'").SID'
    expect(await linesOf(clients, v2, ask)).toEqual([`${sid}-500`])
  })

  test('of the registry as reg does', async () => {
    const [, value] = await linesOf(clients, v2, `reg query ${SETUP_STATE.replace('HKLM:', 'HKLM')} /v ImageState`)
    expect(value?.split(/ +/)).toEqual(['', 'ImageState', 'REG_SZ', 'IMAGE_STATE_COMPLETE'])
  })
})

// https://docs.aws.amazon.com/systems-manager/latest/userguide/run-command-handle-exit-status.html
describe('a script', () => {
  test.each([
    ['that ends has passed', 'Write-Output done', 'Success', 0],
    ['that exits with 0 has passed', 'exit 0', 'Success', 0],
    ['that exits otherwise has failed', 'exit 7', 'Failed', 7],
    ['goes on after a command that failed', 'Get-Content C:\\none; "on"', 'Success', 0],
    [
      'goes on without an error that it does not want',
      "$ErrorActionPreference = 'Stop'; rm C:\\none -ErrorAction SilentlyContinue",
      'Success',
      0
    ],
    ['ends at it where it says so', "$ErrorActionPreference = 'Stop'; Get-Content C:\\none; 'on'", 'Failed', 1],
    ['that throws has failed', 'throw "no"', 'Failed', 1],
    ['that throws what nobody catches has failed', 'try { throw "no" } finally { "last" }', 'Failed', 1],
    ['that exits is not caught', 'try { exit 4 } catch { "caught" }', 'Failed', 4],
    ['hands an exit code on', 'cmd /c ec2launch status; exit $LASTEXITCODE', 'Success', 0]
  ])('%s', async (_, script, Status, ResponseCode) => {
    expect(await powerShell(clients, v2, script)).toMatchObject({ Status, ResponseCode })
  })

  // https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html
  test('that takes longer than it may has timed out', async () => {
    const request = { DocumentName: 'AWS-RunPowerShellScript', InstanceIds: [v2] }
    const Parameters = { commands: ['"begun"; Start-Sleep -Seconds 60; "done"'], executionTimeout: ['30'] }
    const { Command } = await clients.ssm.send(new SendCommandCommand({ ...request, Parameters }))
    const sent = { instanceId: v2, commandId: Command?.CommandId ?? '' }
    expect(await finished(clients, sent)).toMatchObject({
      Status: 'TimedOut',
      StatusDetails: 'ExecutionTimedOut',
      StandardOutputContent: 'begun\r\n'
    })
  })

  test('is ended where the command is cancelled', async () => {
    const slow = await startSandbox({ latencyFactor: 1 })
    try {
      const mine = clientsFor(slow.url)
      const id = await launchWindows(slow, mine, { ImageId: await baseImage(mine, '2022') })
      for (let i = 0; i < 40; i++) await advance(slow, 10)
      const sent = await sendPowerShell(mine, id, '"begun"; Start-Sleep 1000; "done"')
      await advance(slow, 1)
      await mine.ssm.send(new CancelCommandCommand({ CommandId: sent.commandId }))
      expect(await finished(mine, sent)).toMatchObject({ Status: 'Cancelled', StandardOutputContent: 'begun\r\n' })
    } finally {
      await slow.stop()
    }
  })

  // https://docs.aws.amazon.com/systems-manager/latest/userguide/send-commands-reboot.html
  test('that exits with 3010 is run again from its beginning after a restart', async () => {
    const script = 'if (Test-Path C:\\again) { "second"; exit 0 }\nNew-Item C:\\again | Out-Null; "first"; exit 3010'
    expect(await linesOf(clients, v1, script)).toEqual(['first', 'second'])
  })
})

/** The policy for what is not known: nothing of the script is run, it is said why, and it has failed. */
describe('a script that a scripted guest does not know all of', () => {
  test.each([
    [
      'a cmdlet',
      'Write-Output before\nInstall-WindowsFeature Web-Server',
      'not run: line 2: Install-WindowsFeature Web-Server'
    ],
    ['in a branch not taken', 'if ($false) {\n  choco install git\n}', 'not run: line 2: choco install git'],
    ['a condition', 'if (Get-Hotfix KB1) { "x" }', 'not run: line 1: if (Get-Hotfix KB1)'],
    ['an option', '& "C:\\Program Files\\Amazon\\EC2Launch\\EC2Launch.exe" sysprep --fast', 'sysprep --fast'],
    ['a registry key', 'Test-Path HKLM:\\SOFTWARE\\Vendor', 'not run: line 1: Test-Path HKLM:\\SOFTWARE\\Vendor'],
    ['a variable that nobody set', 'Write-Output $x', 'not run: line 1: Write-Output $x'],
    ['a quote that does not end', "Write-Output 'a", "not run: line 1: Write-Output 'a"],
    ['a program', '& "C:\\tools\\setup.exe"', 'setup.exe'],
    ['a program of another shell', 'cmd /c "setup.exe /quiet"', 'setup.exe'],
    ['a loop', 'foreach ($i in 1..3) { $i }', 'not run: line 1: foreach'],
    ['brackets without end', '('.repeat(30_000), 'not run']
  ])('has failed, and nothing of it was run: %s', async (_, script, said) => {
    expect(await powerShell(clients, v2, `Set-Content C:\\ran.txt ${script.length}`, script)).toMatchObject({
      Status: 'Failed',
      StatusDetails: 'InvalidPlatform',
      ResponseCode: -1,
      StandardOutputContent: '',
      StandardErrorContent: expect.stringContaining(said.replace(/line (\d)/, (_all, n) => `line ${Number(n) + 1}`))
    })
    expect(await linesOf(clients, v2, 'Test-Path C:\\ran.txt')).toEqual(['False'])
  })
})
