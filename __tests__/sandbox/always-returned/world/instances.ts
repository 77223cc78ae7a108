import type { Recorder } from './recorder.ts'

const AL2023 = '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64'
const WINDOWS = '/aws/service/ami-windows-latest/Windows_Server-2022-English-Full-Base'

/** Launches, stops, starts and asks for all there is to know of instances. Result: a running one. */
export async function useInstances({ ec2, ssm, settle }: Recorder): Promise<string> {
  const KeyName = 'mine'
  await ec2.createKeyPair({ KeyName })
  const { Parameter: windows } = await ssm.getParameter({ Name: WINDOWS })
  const once = { MinCount: 1, MaxCount: 1, InstanceType: 't3.micro', KeyName } as const
  const guarded = await ec2.runInstances({ ...once, ImageId: windows?.Value })
  const InstanceId = await launch({ ec2, ssm, settle })
  const InstanceIds = [InstanceId]
  await ec2.describeInstances({ InstanceIds })
  await ec2.describeInstanceStatus({ InstanceIds })
  await ec2.describeNetworkInterfaces({})
  await ec2.describeInstanceAttribute({ InstanceId, Attribute: 'disableApiTermination' })
  await ec2.getConsoleOutput({ InstanceId })
  await ec2.getPasswordData({ InstanceId: guarded.Instances?.[0]?.InstanceId })
  await ec2.modifyInstanceMetadataOptions({ InstanceId, HttpTokens: 'required' })
  await ec2.modifyInstanceMetadataDefaults({ HttpTokens: 'required' })
  await ec2.getInstanceMetadataDefaults({})
  await ec2.stopInstances({ InstanceIds })
  await settle()
  await ec2.describeInstances({ InstanceIds })
  await ec2.startInstances({ InstanceIds })
  await settle()
  await ec2.describeInstanceTypes({})
  await ec2.describeInstanceTypeOfferings({ LocationType: 'availability-zone' })
  return InstanceId
}

/** A running instance of the account's own, with an agent. */
export async function launch({ ec2, ssm, settle }: Pick<Recorder, 'ec2' | 'ssm' | 'settle'>): Promise<string> {
  const { Parameter } = await ssm.getParameter({ Name: AL2023 })
  const { Instances } = await ec2.runInstances({
    ImageId: Parameter?.Value,
    InstanceType: 't3.micro',
    MinCount: 1,
    MaxCount: 1,
    IamInstanceProfile: { Name: 'AmazonSSMManagedInstanceCore' }
  })
  await settle()
  return Instances?.[0]?.InstanceId ?? ''
}
