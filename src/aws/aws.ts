import { setMaxListeners } from 'node:events'
import { AutoScalingClient } from '@aws-sdk/client-auto-scaling'
import { EC2Client } from '@aws-sdk/client-ec2'
import { KMSClient } from '@aws-sdk/client-kms'
import { SSMClient } from '@aws-sdk/client-ssm'
import { STSClient } from '@aws-sdk/client-sts'
import type { Run } from '../run.ts'
import { AbortableHandler } from './abortable-handler.ts'
import { hearClock, watchCalls } from './calls.ts'
import { Ec2Clock } from './clock.ts'
import { OidcCredentials } from './credentials.ts'
import { MemberCredentials } from './member-credentials.ts'
import { RecycleBinClient } from './rbin.ts'
import { Retries } from './retries.ts'
import type { Sessions } from './sessions.ts'

export interface Clients {
  readonly region: string
  readonly ec2: EC2Client
  /** Never repeats a call by itself: for what has no ClientToken and no name, such as CopySnapshot. */
  readonly ec2Once: EC2Client
  readonly ssm: SSMClient
  /** Never repeats a call by itself: for SendCommand, which has no ClientToken. */
  readonly sendOnce: SSMClient
  readonly kms: KMSClient
  readonly autoscaling: AutoScalingClient
  readonly rbin: RecycleBinClient
}

/** A cancelled step has 7.5 s until SIGTERM: what must be asked for is asked for well before. */
const CLEANUP_MS = 6_000

/** The way to AWS for one command: clients by region that share credentials, clock and the signal that ends them. */
export class Aws {
  readonly run: Run
  readonly signal: AbortSignal
  readonly clock: Ec2Clock
  readonly #credentials: Sessions | undefined
  readonly #clients = new Map<string, Clients>()
  readonly #members = new Map<string, Aws>()
  #cleanup: Aws | undefined

  private constructor(run: Run, signal: AbortSignal, clock: Ec2Clock, credentials: Sessions | undefined) {
    this.run = run
    this.signal = signal
    // Every call and sleep listens to it, in all regions at once.
    setMaxListeners(0, signal)
    this.clock = clock
    this.#credentials = credentials
  }

  /** Opens the way; nothing is called yet. Without `role-to-assume` the SDK's usual chain finds the credentials. */
  static open(run: Run): Aws {
    const clock = new Ec2Clock()
    const { roleToAssume, awsRegion } = run.inputs
    const sts = roleToAssume ? new STSClient({ region: awsRegion, credentials: NOT_SIGNED }) : undefined
    sts?.middlewareStack.use(hearClock(clock))
    return new Aws(run, run.signal, clock, sts && new OidcCredentials(run, clock, sts))
  }

  /** The same way under a signal of its own: cleanup goes on when the run has been cancelled, all of it in one span. */
  get forCleanup(): Aws {
    this.#cleanup ??= new Aws(this.run, AbortSignal.timeout(CLEANUP_MS), this.clock, this.#credentials)
    return this.#cleanup
  }

  /** The same way for one part of the work, which ends with another signal as well. */
  until(signal: AbortSignal): Aws {
    return new Aws(this.run, AbortSignal.any([this.signal, signal]), this.clock, this.#credentials)
  }

  /** The same way into another account, by the role that `account-role` names there; without one, the run's own account. */
  as(account: string | undefined): Aws {
    if (account === undefined) return this
    const known = this.#members.get(account) ?? this.#enter(account)
    this.#members.set(account, known)
    return known
  }

  /** EC2's time. */
  now(): Date {
    return this.clock.now()
  }

  in(region: string): Clients {
    const known = this.#clients.get(region)
    if (known) return known
    const clients = this.#create(region)
    this.#clients.set(region, clients)
    return clients
  }

  #enter(account: string): Aws {
    const provider = this.#credentials
    const sts = new STSClient({
      region: this.run.inputs.awsRegion,
      ...(provider && { credentials: memoized(() => provider.get()) })
    })
    sts.middlewareStack.use(hearClock(this.clock))
    return new Aws(this.run, this.signal, this.clock, new MemberCredentials(this.run, this.clock, sts, account))
  }

  #create(region: string): Clients {
    const provider = this.#credentials
    const options = {
      region,
      maxAttempts: 5,
      requestHandler: new AbortableHandler(this.signal),
      ...(provider && { credentials: memoized(() => provider.get()) })
    }
    const { clock, signal } = this
    const watch = { clock, signal, region, renew: provider && (() => provider.renew()) }
    const clients = {
      region,
      ec2: new EC2Client({ ...options, retryStrategy: new Retries() }),
      ec2Once: new EC2Client({ ...options, maxAttempts: 1 }),
      ssm: new SSMClient(options),
      sendOnce: new SSMClient({ ...options, maxAttempts: 1 }),
      kms: new KMSClient(options),
      autoscaling: new AutoScalingClient(options),
      rbin: new RecycleBinClient(options)
    }
    clients.ec2.middlewareStack.use(watchCalls('ec2', watch))
    clients.ec2Once.middlewareStack.use(watchCalls('ec2', watch))
    clients.ssm.middlewareStack.use(watchCalls('ssm', watch))
    clients.sendOnce.middlewareStack.use(watchCalls('ssm', watch))
    clients.kms.middlewareStack.use(watchCalls('kms', watch))
    clients.autoscaling.middlewareStack.use(watchCalls('autoscaling', watch))
    clients.rbin.middlewareStack.use(watchCalls('rbin', watch))
    return clients
  }
}

/** AssumeRoleWithWebIdentity is not signed; without any credentials the client would look for some. */
const NOT_SIGNED = { accessKeyId: 'none', secretAccessKey: 'none' }

/** Keeps the SDK from remembering credentials by the runner's clock: ours are remembered by EC2's. */
function memoized<T>(provider: () => Promise<T>): (() => Promise<T>) & { memoized: true } {
  return Object.assign(provider, { memoized: true as const })
}
