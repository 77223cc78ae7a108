import {
  GetParameterCommand,
  GetParameterHistoryCommand,
  type Parameter,
  type ParameterHistory,
  PutParameterCommand,
  type PutParameterRequest,
  type PutParameterResult,
  type SSMClient
} from '@aws-sdk/client-ssm'

export const NAME = '/golden/web'

/** Puts the parameter `/golden/web`, the next version where there is one. */
export const put = (
  ssm: SSMClient,
  Value: string,
  change: Partial<PutParameterRequest> = {}
): Promise<PutParameterResult> =>
  ssm.send(new PutParameterCommand({ Name: NAME, Value, Type: 'String', Overwrite: true, ...change }))

export const get = async (ssm: SSMClient, Name: string = NAME): Promise<Parameter | undefined> =>
  (await ssm.send(new GetParameterCommand({ Name }))).Parameter

export async function historyOf(ssm: SSMClient): Promise<ParameterHistory[]> {
  const found: ParameterHistory[] = []
  let NextToken: string | undefined
  do {
    const answer = await ssm.send(new GetParameterHistoryCommand({ Name: NAME, NextToken }))
    found.push(...(answer.Parameters ?? []))
    NextToken = answer.NextToken
  } while (NextToken)
  return found
}
