import type { Region } from './world/region.ts'
import type { World } from './world/world.ts'

/** Who calls, and where. */
export interface Call {
  readonly world: World
  readonly region: Region
  readonly account: string
  /** The ARN that GetCallerIdentity answers. */
  readonly principal: string
  readonly userId: string
  /** The sandbox's clock when the request came in. */
  readonly now: Date
  readonly requestId: string
  /**
   * Whether the caller's policies allow an action, such as `ec2:DeleteSnapshot`, on another resource of EC2 than those
   * that its request is authorized on. Undefined for a caller without policies, who may do everything.
   */
  readonly mayOn?: (action: string, id: string) => boolean
}

/** An operation: the SDK's input in, the SDK's output out; a refusal is a thrown ServiceError. */
export type Handler<Input, Output> = (input: Input, call: Call) => Output | Promise<Output>

/** Handlers by operation name, as each file of a service exports them. */
export type Handlers = Readonly<Record<string, Handler<never, object | undefined>>>
