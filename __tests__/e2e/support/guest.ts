import { type EC2Client, GetConsoleOutputCommand, RunInstancesCommand } from '@aws-sdk/client-ec2'

/** Launches an instance of an image whose user data is a shell script. Result: its id. */
export async function launch(ec2: EC2Client, ImageId: string, script: string): Promise<string> {
  const request = { ImageId, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 } as const
  const UserData = Buffer.from(`#!/bin/sh\n${script}\n`).toString('base64')
  const { Instances: [instance] = [] } = await ec2.send(new RunInstancesCommand({ ...request, UserData }))
  return instance?.InstanceId ?? ''
}

/** Settles when the console of an instance shows a text. */
export async function consoleShows(ec2: EC2Client, InstanceId: string, text: string): Promise<string> {
  for (let left = 200; left > 0; left--) {
    const { Output = '' } = await ec2.send(new GetConsoleOutputCommand({ InstanceId, Latest: true }))
    const shown = Buffer.from(Output, 'base64').toString()
    if (shown.includes(text)) return shown
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  throw new Error(`${InstanceId} did not say '${text}'`)
}
