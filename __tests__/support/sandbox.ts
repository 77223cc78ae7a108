import { randomInt } from 'node:crypto'
import { AutoScalingClient } from '@aws-sdk/client-auto-scaling'
import { EC2Client } from '@aws-sdk/client-ec2'
import { KMSClient } from '@aws-sdk/client-kms'
import { SSMClient } from '@aws-sdk/client-ssm'
import { STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeEach } from '@jest/globals'
import type { Guests } from '../../src/sandbox/guests/guests.ts'
import { handlers as ownHandlers } from '../../src/sandbox/handlers.ts'
import { listen } from '../../src/sandbox/server/listen.ts'
import { makeSandbox, type Sandbox } from '../../src/sandbox/server/sandbox.ts'
import { type Seeder, World } from '../../src/sandbox/world/world.ts'

export interface RunningSandbox {
  readonly url: string
  readonly world: World
  stop(): Promise<void>
}

/**
 * Serves a sandbox of this test's own, in this process. `latencyFactor` 0 is instant, 1 is as slow as AWS; `handlers`
 * are the sandbox's own unless a test brings others.
 */
export async function serve(options: {
  guests: Guests
  seeder: Seeder
  latencyFactor?: number
  handlers?: Sandbox['handlers']
}): Promise<RunningSandbox> {
  const { guests, seeder, latencyFactor = 0, handlers = ownHandlers } = options
  const world = new World({ guests, seeder, latencyFactor })
  const { server, url } = await listen(makeSandbox({ world, handlers }), 0)
  const stop = async () => {
    server.close()
    server.closeAllConnections()
    await world.reset()
    await guests.close()
  }
  return { url, world, stop }
}

/** A sandbox as it is delivered: its own seed, and scripted guests. */
export async function startSandbox(flags: { latencyFactor?: number } = {}): Promise<RunningSandbox> {
  const { openGuests } = await import('../../src/sandbox/guests/open.ts')
  const { seeder } = await import('../../src/sandbox/seed/seeder.ts')
  return serve({ guests: await openGuests({ kind: 'scripted', bases: {}, allowSelfHosted: false }), seeder, ...flags })
}

/** A sandbox for all tests of a file, which ends with them. */
export async function served(starting: Promise<RunningSandbox>): Promise<RunningSandbox> {
  const sandbox = await starting
  afterAll(() => sandbox.stop())
  return sandbox
}

/** Clients that have an account of their own in each test. */
export function useClients(sandbox: RunningSandbox): Clients {
  const clients = clientsFor(sandbox.url)
  beforeEach(() => changeAccount(sandbox, clients))
  return clients
}

/** The clients are another account's from here on. */
export function changeAccount({ url }: RunningSandbox, clients: Clients): void {
  Object.assign(clients, clientsFor(url))
}

/** An account that no other test knows. */
export const newAccount = (): string => String(randomInt(100_000_000_000, 999_999_999_999))

export type Clients = ReturnType<typeof clientsFor>

/** What the SDK's clients need to speak to the sandbox as this account. */
export const clientConfig = (url: string, account: string, region = 'us-east-1') => ({
  endpoint: url,
  region,
  credentials: { accessKeyId: account, secretAccessKey: 'unchecked' },
  maxAttempts: 1
})

/** The SDK's own clients, signed as this account. */
export function clientsFor(url: string, account: string = newAccount(), region = 'us-east-1') {
  const config = clientConfig(url, account, region)
  return {
    account,
    autoscaling: new AutoScalingClient(config),
    ec2: new EC2Client(config),
    ssm: new SSMClient(config),
    kms: new KMSClient(config),
    sts: new STSClient(config)
  }
}

/** Lets the sandbox's clock go on by this many seconds, and waits for all that happens by then. */
export async function advance({ world }: RunningSandbox, seconds: number): Promise<void> {
  world.clock.advance(seconds * 1000)
  await world.schedule.settle()
  // What a guest's promises lead to is due one turn of the event loop later.
  await new Promise(resolve => setImmediate(resolve))
  await world.schedule.settle()
}
