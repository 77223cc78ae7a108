import type { Recorder } from './recorder.ts'

export async function useParameters({ ssm }: Recorder): Promise<void> {
  const Name = '/images/web'
  await ssm.putParameter({ Name, Type: 'String', Value: 'one', Tags: [{ Key: 'of', Value: 'us' }] })
  await ssm.putParameter({ Name, Type: 'String', Value: 'two', Overwrite: true })
  await ssm.getParameter({ Name })
  await ssm.getParameters({ Names: [Name, '/absent'] })
  await ssm.getParametersByPath({ Path: '/images' })
  await ssm.describeParameters({})
  await ssm.listTagsForResource({ ResourceType: 'Parameter', ResourceId: Name })
  await ssm.labelParameterVersion({ Name, Labels: ['live'] })
  await ssm.getParameterHistory({ Name })
  await ssm.unlabelParameterVersion({ Name, ParameterVersion: 2, Labels: ['live'] })
  await ssm.deleteParameters({ Names: [Name] })
}

export async function runCommands({ ssm, settle }: Recorder, InstanceId: string): Promise<void> {
  await ssm.describeInstanceInformation({})
  const { Command } = await ssm.sendCommand({
    DocumentName: 'AWS-RunShellScript',
    InstanceIds: [InstanceId],
    Parameters: { commands: ['true'] }
  })
  await settle()
  await ssm.listCommands({})
  await ssm.listCommandInvocations({ Details: true })
  await ssm.getCommandInvocation({ CommandId: Command?.CommandId, InstanceId })
}
