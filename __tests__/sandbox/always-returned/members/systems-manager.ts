import { membersOf } from '../documents.ts'

const PARAMETER = '{Name,Type,Value,Version,LastModifiedDate,ARN,DataType}'

/** Also read by the waiter `command_executed` of the AWS SDKs. */
export const systemsManagerMembers = membersOf('ssm', [
  ['PutParameter', 'example', '{Version,Tier}'],
  ['GetParameter', 'example', `Parameter.${PARAMETER}`],
  ['GetParameters', 'example', `Parameters[].${PARAMETER}`, 'InvalidParameters[]'],
  ['GetParametersByPath', 'example', `Parameters[].${PARAMETER}`],
  [
    'DescribeParameters',
    'example',
    'Parameters[].{Name,Type,LastModifiedDate,LastModifiedUser,Version,Tier,Policies[]}'
  ],
  [
    'GetParameterHistory',
    'example',
    'Parameters[].{Name,Type,Value,Version,LastModifiedDate,LastModifiedUser,Labels[],Tier,Policies[]}'
  ],
  ['LabelParameterVersion', 'example', 'InvalidLabels[]'],
  ['UnlabelParameterVersion', 'example', '{RemovedLabels[],InvalidLabels[]}'],
  ['DeleteParameters', 'example', '{DeletedParameters[],InvalidParameters[]}'],
  ['ListTagsForResource', 'example', 'TagList[].{Key,Value}'],
  [
    'DescribeInstanceInformation',
    'example',
    'InstanceInformationList[].{InstanceId,PingStatus,LastPingDateTime,AgentVersion,IsLatestVersion,PlatformType}',
    'InstanceInformationList[].{ResourceType,IPAddress,ComputerName}'
  ],
  [
    'SendCommand',
    'example',
    'Command.{CommandId,DocumentName,DocumentVersion,Comment,ExpiresAfter,RequestedDateTime,Status,StatusDetails}',
    'Command.{Parameters,InstanceIds[],Targets[],MaxConcurrency,MaxErrors}',
    'Command.{TargetCount,CompletedCount,ErrorCount,DeliveryTimedOutCount}',
    'Command.{OutputS3BucketName,OutputS3KeyPrefix,ServiceRole}',
    'Command.NotificationConfig.{NotificationArn,NotificationEvents[],NotificationType}',
    'Command.CloudWatchOutputConfig.{CloudWatchLogGroupName,CloudWatchOutputEnabled}'
  ],
  [
    'ListCommands',
    'example',
    'Commands[].{CommandId,DocumentName,Comment,ExpiresAfter,RequestedDateTime,Status,StatusDetails}',
    'Commands[].{Parameters,InstanceIds[],Targets[],MaxConcurrency,MaxErrors}',
    'Commands[].{TargetCount,CompletedCount,ErrorCount}'
  ],
  [
    'ListCommandInvocations',
    'example',
    'CommandInvocations[].{CommandId,InstanceId,InstanceName,Comment,DocumentName,DocumentVersion,RequestedDateTime}',
    'CommandInvocations[].{Status,StatusDetails,StandardOutputUrl,StandardErrorUrl,ServiceRole}',
    'CommandInvocations[].CommandPlugins[].{Name,Status,StatusDetails,ResponseCode,Output}',
    'CommandInvocations[].CommandPlugins[].{ResponseStartDateTime,ResponseFinishDateTime}',
    'CommandInvocations[].CommandPlugins[].{StandardOutputUrl,StandardErrorUrl,OutputS3BucketName,OutputS3KeyPrefix}'
  ],
  [
    'GetCommandInvocation',
    'example',
    '{CommandId,InstanceId,Comment,DocumentName,DocumentVersion,PluginName,ResponseCode,Status,StatusDetails}',
    '{ExecutionStartDateTime,ExecutionElapsedTime,ExecutionEndDateTime}',
    '{StandardOutputContent,StandardOutputUrl,StandardErrorContent,StandardErrorUrl}',
    'CloudWatchOutputConfig.{CloudWatchLogGroupName,CloudWatchOutputEnabled}'
  ]
])
