import {
  DeleteParameterCommand,
  GetParameterCommand,
  LabelParameterVersionCommand,
  type Parameter,
  type ParameterHistory,
  PutParameterCommand,
  paginateGetParameterHistory,
  UnlabelParameterVersionCommand
} from '@aws-sdk/client-ssm'
import type { Aws, Clients } from '../../aws/aws.ts'
import { serviceErrorName } from '../../aws/failure.ts'
import { waitFor } from '../../aws/poller.ts'
import { AmiError } from '../../errors.ts'

/** A parameter that holds an image, with all that it has held. */
export interface ParameterFacts {
  readonly name: string
  /** Absent where there is no such parameter. */
  readonly type?: string
  /** The oldest first; empty where there is no such parameter. */
  readonly versions: readonly ParameterVersion[]
}

export interface ParameterVersion {
  readonly number: number
  readonly value: string
  readonly labels: readonly string[]
}

/** How long Parameter Store may take to find that an image is available. */
const VALIDATION_SECONDS = 180

/** Reads all versions that are kept, at most a hundred. */
export async function readParameter({ ssm }: Clients, name: string): Promise<ParameterFacts> {
  const versions: ParameterHistory[] = []
  try {
    for await (const page of paginateGetParameterHistory({ client: ssm, pageSize: 50 }, { Name: name }))
      versions.push(...(page.Parameters ?? []))
  } catch (error) {
    if (serviceErrorName(error) !== 'ParameterNotFound') throw error
  }
  const known = versions.map(({ Version, Value, Labels = [] }) => ({
    number: Version ?? 0,
    value: Value ?? '',
    labels: Labels
  }))
  const type = versions.at(-1)?.Type
  return { name, versions: known.sort((a, b) => a.number - b.number), ...(type && { type }) }
}

/**
 * Puts an image into a parameter and waits until the parameter holds it: the image is validated after the answer, and
 * nothing tells of an image that is refused. Result: the version. Errors: TIMEOUT.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-ec2-aliases.html
 */
export function setParameter(aws: Aws, { ssm }: Clients, name: string, imageId: string): Promise<number> {
  let isPut = false
  const put = async () => {
    try {
      const value = { Name: name, Value: imageId, Type: 'String', DataType: 'aws:ec2:image', Overwrite: true } as const
      await ssm.send(new PutParameterCommand(value))
      isPut = true
    } catch (error) {
      // An earlier change, perhaps our own, is still being validated.
      if (serviceErrorName(error) !== 'TooManyUpdates') throw error
    }
  }
  const look = async () => {
    const held = await getParameter(ssm, name)
    if (held?.Value === imageId) return { done: held.Version ?? 0 }
    if (!isPut) await put()
    return { waiting: isPut ? 'the image is being validated' : 'an earlier change is being validated' }
  }
  const { signal, run } = aws
  const what = `the parameter ${name} to hold ${imageId}`
  return waitFor({ what, look, timeoutSeconds: VALIDATION_SECONDS, maxPauseSeconds: 5, signal, log: run.log })
}

async function getParameter(ssm: Clients['ssm'], name: string): Promise<Parameter | undefined> {
  try {
    return (await ssm.send(new GetParameterCommand({ Name: name }))).Parameter
  } catch (error) {
    if (serviceErrorName(error) === 'ParameterNotFound') return undefined
    throw error
  }
}

/** Two runs that publish at once could leave each a part of the regions: both are told. Errors: EC2. */
export async function confirmParameter({ ssm }: Clients, name: string, imageId: string): Promise<void> {
  const found = (await getParameter(ssm, name))?.Value
  if (found === imageId) return
  const sentence = `Expected the parameter ${name} to hold ${imageId} still, found ${found ?? 'nothing'}: something else has changed it meanwhile`
  throw new AmiError('EC2', sentence, { hint: 'Run `publish` again with the image that is to be launched.' })
}

/** What is gone already is not an error. */
export async function deleteParameter({ ssm }: Clients, name: string): Promise<void> {
  try {
    await ssm.send(new DeleteParameterCommand({ Name: name }))
  } catch (error) {
    if (serviceErrorName(error) !== 'ParameterNotFound') throw error
  }
}

/** Moves a label to a version. */
export async function labelVersion({ ssm }: Clients, name: string, label: string, version: number): Promise<void> {
  await ssm.send(new LabelParameterVersionCommand({ Name: name, ParameterVersion: version, Labels: [label] }))
}

/** Takes a label off whatever version has it. */
export async function removeLabel(clients: Clients, name: string, label: string): Promise<void> {
  const labelled = (await readParameter(clients, name)).versions.find(({ labels }) => labels.includes(label))
  if (!labelled) return
  const request = { Name: name, ParameterVersion: labelled.number, Labels: [label] }
  await clients.ssm.send(new UnlabelParameterVersionCommand(request))
}
