import { isDeepStrictEqual } from 'node:util'
import * as autoscaling from '@aws-sdk/client-auto-scaling'
import * as ec2 from '@aws-sdk/client-ec2'
import * as kms from '@aws-sdk/client-kms'
import * as ssm from '@aws-sdk/client-ssm'
import * as sts from '@aws-sdk/client-sts'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Handlers } from '../../../src/sandbox/handler.ts'
import { type Operation, operations, type Service } from '../../../src/sandbox/wire/operations.ts'
import { HandGuests } from '../../support/hand-guests.ts'
import { clientsFor, type RunningSandbox, serve } from '../../support/sandbox.ts'
import { seeder } from '../ec2/fixture.ts'
import { Random } from './random.ts'

/** What a handler was given, and what it answers: each operation's handler is this echo. */
const echo: { input?: unknown; output?: object | undefined } = {}
const echoes = (service: Service): Handlers =>
  Object.fromEntries([...operations(service).keys()].map(name => [name, echoed]))

function echoed(input: unknown): object | undefined {
  echo.input = input
  return echo.output
}

let sandbox: RunningSandbox
beforeAll(async () => {
  const handlers = {
    ec2: echoes('ec2'),
    autoscaling: echoes('autoscaling'),
    sts: echoes('sts'),
    ssm: echoes('ssm'),
    kms: echoes('kms'),
    rbin: {}
  }
  sandbox = await serve({ guests: new HandGuests(), seeder, handlers })
})
afterAll(() => sandbox.stop())

/** Lost on the way, as in AWS: what is undefined, and structures without any member. */
function normal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normal)
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  const kept = Object.entries(value).flatMap(([key, item]) => {
    const part = normal(item)
    return key === '$metadata' || part === undefined ? [] : [[key, part]]
  })
  return kept.length > 0 ? Object.fromEntries(kept) : undefined
}

interface AnyClient {
  send(command: unknown): Promise<unknown>
}

/** Sends random data in every member through the SDK's own client. Result: why it did not arrive, if it did not. */
async function trip(
  client: AnyClient,
  module: object,
  { name, input, output }: Operation,
  random: Random
): Promise<string | undefined> {
  const Command = Reflect.get(module, `${name}Command`) as new (input: unknown) => unknown
  const sent = random.value(input)
  echo.input = undefined
  echo.output = random.value(output) as object | undefined
  try {
    const answer = await client.send(new Command(sent))
    if (!isDeepStrictEqual(normal(echo.input), normal(sent))) return `${name}: the request arrived otherwise`
    if (!isDeepStrictEqual(normal(answer), normal(echo.output))) return `${name}: the answer arrived otherwise`
    return undefined
  } catch (error) {
    return `${name}: ${error}`
  }
}

test.each([
  ['ec2', ec2, 800],
  ['sts', sts, 11],
  ['autoscaling', autoscaling, 60],
  ['ssm', ssm, 150],
  ['kms', kms, 50]
] as const)(
  'every operation of %s reads and answers what the SDK sends and expects',
  async (service, module, least) => {
    const client = clientsFor(sandbox.url)[service] as AnyClient
    const random = new Random(1)
    const failures: string[] = []
    for (const operation of operations(service).values()) {
      const failure = await trip(client, module, operation, random)
      if (failure) failures.push(failure)
    }
    expect(failures).toEqual([])
    expect(operations(service).size).toBeGreaterThanOrEqual(least)
  }
)
