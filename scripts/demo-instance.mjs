// What `npm run demo` does on instances by itself, with the AWS SDK.
import { setTimeout as sleep } from 'node:timers/promises'
import {
  DescribeInstancesCommand,
  EC2Client,
  RunInstancesCommand,
  TerminateInstancesCommand
} from '@aws-sdk/client-ec2'
import { GetCommandInvocationCommand, SendCommandCommand, SSMClient } from '@aws-sdk/client-ssm'

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'

/** Clients of a sandbox. */
export function clientsOf(endpoint, region, account) {
  const options = { region, endpoint, credentials: { accessKeyId: account, secretAccessKey: 'not-checked' } }
  return { ec2: new EC2Client(options), ssm: new SSMClient(options) }
}

/** The instances that have not ended. */
export async function listInstances({ ec2 }) {
  const { Reservations } = await ec2.send(new DescribeInstancesCommand({}))
  const alive = Reservations.flatMap(({ Instances }) => Instances).filter(
    ({ State }) => !['shutting-down', 'terminated'].includes(State.Name)
  )
  return alive.map(({ InstanceId }) => InstanceId).join(', ') || 'none'
}

/** Boots an instance of an image, runs a script in it, and ends it. Result: what the script said. */
export async function readFromNewInstance({ ec2, ssm }, imageId, script) {
  const {
    Instances: [{ InstanceId: id }]
  } = await ec2.send(
    new RunInstancesCommand({
      ImageId: imageId,
      InstanceType: 't3.small',
      MinCount: 1,
      MaxCount: 1,
      IamInstanceProfile: { Name: 'ami-builder' }
    })
  )
  const output = await runScript(ssm, id, script)
  await ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }))
  await retry(async () => {
    const {
      Reservations: [reservation]
    } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }))
    const state = reservation.Instances[0].State.Name
    if (state !== 'terminated') throw new Error(`The instance is ${state}`)
  })
  return output
}

async function runScript(ssm, id, script) {
  const send = new SendCommandCommand({
    DocumentName: 'AWS-RunShellScript',
    InstanceIds: [id],
    Parameters: { commands: [script] }
  })
  const {
    Command: { CommandId }
  } = await retry(() => ssm.send(send))
  return retry(async () => {
    const { Status, StandardOutputContent } = await ssm.send(
      new GetCommandInvocationCommand({ CommandId, InstanceId: id })
    )
    if (Status !== 'Success') throw new Error(`The command is ${Status}`)
    return StandardOutputContent
  })
}

/** Repeats what fails while the instance boots or a command runs, for 30 s. */
async function retry(attempt) {
  for (let left = 150; ; left--) {
    try {
      return await attempt()
    } catch (error) {
      if (left === 0) throw error
      await sleep(200)
    }
  }
}
