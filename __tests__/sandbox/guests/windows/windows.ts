import {
  CreateImageCommand,
  GetConsoleOutputCommand,
  type Instance,
  RunInstancesCommand,
  type RunInstancesCommandInput
} from '@aws-sdk/client-ec2'
import {
  GetCommandInvocationCommand,
  type GetCommandInvocationResult,
  GetParameterCommand,
  SendCommandCommand
} from '@aws-sdk/client-ssm'
import { advance, type Clients, type RunningSandbox } from '../../../support/sandbox.ts'

export type Year = '2016' | '2019' | '2022' | '2025'

const PROFILE = { Name: 'AmazonSSMManagedInstanceCore' }

/** The commands of the user guide that seal an image, by the launch agent that they are for. */
export const SEAL = {
  'EC2Launch v2': ['& "$env:ProgramFiles\\Amazon\\EC2Launch\\EC2Launch.exe" sysprep --shutdown=true'],
  EC2Launch: [
    'C:\\ProgramData\\Amazon\\EC2-Windows\\Launch\\Scripts\\InitializeInstance.ps1 -Schedule',
    'C:\\ProgramData\\Amazon\\EC2-Windows\\Launch\\Scripts\\SysprepInstance.ps1'
  ],
  EC2Config: ['& "$env:ProgramFiles\\Amazon\\Ec2ConfigService\\Ec2Config.exe" -sysprep']
} as const

export async function baseImage({ ssm }: Clients, year: Year, prefix = ''): Promise<string> {
  const Name = `/aws/service/ami-windows-latest/${prefix}Windows_Server-${year}-English-Full-Base`
  return (await ssm.send(new GetParameterCommand({ Name }))).Parameter?.Value ?? ''
}

/** A new instance with an SSM agent, as far as it comes without the clock going on. */
export async function launchWindows(
  sandbox: RunningSandbox,
  { ec2 }: Clients,
  change: Partial<RunInstancesCommandInput>
): Promise<string> {
  const [instance] = await launchSeveral(sandbox, { ec2 }, { MaxCount: 1, ...change })
  return instance?.InstanceId ?? ''
}

export async function launchSeveral(
  sandbox: RunningSandbox,
  { ec2 }: Pick<Clients, 'ec2'>,
  change: Partial<RunInstancesCommandInput>
): Promise<Instance[]> {
  const request = {
    InstanceType: 't3.large',
    MinCount: 1,
    MaxCount: 1,
    IamInstanceProfile: PROFILE,
    ...change
  } as const
  const { Instances = [] } = await ec2.send(new RunInstancesCommand(request))
  await advance(sandbox, 0)
  return Instances
}

export async function createImage(sandbox: RunningSandbox, { ec2 }: Clients, InstanceId: string): Promise<string> {
  const { ImageId = '' } = await ec2.send(new CreateImageCommand({ InstanceId, Name: `image of ${InstanceId}` }))
  await advance(sandbox, 0)
  return ImageId
}

export interface Sent {
  readonly instanceId: string
  readonly commandId: string
}

export async function sendPowerShell({ ssm }: Clients, instanceId: string, ...commands: string[]): Promise<Sent> {
  const request = { DocumentName: 'AWS-RunPowerShellScript', InstanceIds: [instanceId], Parameters: { commands } }
  const { Command } = await ssm.send(new SendCommandCommand(request))
  return { instanceId, commandId: Command?.CommandId ?? '' }
}

export const look = ({ ssm }: Clients, { instanceId, commandId }: Sent): Promise<GetCommandInvocationResult> =>
  ssm.send(new GetCommandInvocationCommand({ CommandId: commandId, InstanceId: instanceId }))

/** Waits until the command has ended on its instance. */
export async function finished(clients: Clients, sent: Sent): Promise<GetCommandInvocationResult> {
  for (let i = 0; i < 500; i++) {
    const invocation = await look(clients, sent)
    if (!['Pending', 'InProgress', 'Cancelling'].includes(invocation.Status ?? '')) return invocation
    await new Promise(resolve => setTimeout(resolve, 10))
  }
  throw new Error(`still ${JSON.stringify(await look(clients, sent))}`)
}

export async function powerShell(clients: Clients, instanceId: string, ...commands: string[]) {
  return finished(clients, await sendPowerShell(clients, instanceId, ...commands))
}

/** What a script prints, by lines. Errors: an Error where it fails. */
export async function linesOf(clients: Clients, instanceId: string, ...commands: string[]): Promise<string[]> {
  const {
    Status,
    StandardOutputContent = '',
    StandardErrorContent
  } = await powerShell(clients, instanceId, ...commands)
  if (Status !== 'Success') throw new Error(`${Status}: ${StandardErrorContent}`)
  return StandardOutputContent.split('\r\n').filter(line => line !== '')
}

export interface Identity {
  readonly sid: string | undefined
  readonly name: string | undefined
}

/** What must differ from instance to instance, as a boot test asks for it. */
export async function identityOf(clients: Clients, instanceId: string): Promise<Identity> {
  const question = '(Get-LocalUser -Name Administrator).SID.AccountDomainSid.Value'
  const [sid, name] = await linesOf(clients, instanceId, question, '$env:COMPUTERNAME')
  return { sid, name }
}

export async function consoleOf({ ec2 }: Clients, InstanceId: string): Promise<string> {
  const { Output = '' } = await ec2.send(new GetConsoleOutputCommand({ InstanceId, Latest: true }))
  return Buffer.from(Output, 'base64').toString()
}
