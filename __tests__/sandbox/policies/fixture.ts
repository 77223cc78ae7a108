import type { RunningSandbox } from '../../support/sandbox.ts'
import { ask } from '../server/control-client.ts'

/** A statement that allows an action on everything, unless it says otherwise. */
export const allow = (Action: string | readonly string[], more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource: '*',
  ...more
})

export const deny = (Action: string | readonly string[], more: object = {}) => ({
  ...allow(Action, more),
  Effect: 'Deny'
})

/** The principal of an access key id of twelve digits. */
export const userOf = (account: string): string => `arn:aws:iam::${account}:user/sandbox`

/** Restricts a principal to these statements, and those that it has already. */
export async function restrict(sandbox: RunningSandbox, principal: string, ...Statement: object[]): Promise<void> {
  const entry = { principal, document: { Version: '2012-10-17', Statement } }
  const { status, value } = await ask(sandbox, 'POST', 'policies', [entry])
  if (status !== 200) throw new Error(JSON.stringify(value))
}

/** How a call ended: `ok`, or what was denied, as `ACTION on RESOURCE`; any other error by its name. */
export async function outcomeOf(sent: Promise<unknown>): Promise<string> {
  try {
    await sent
    return 'ok'
  } catch (error) {
    const { name, message } = error as Error
    const [, action, resource] = / is not authorized to perform: (\S+)(?: on resource: (\S+))? /.exec(message) ?? []
    return action ? `${action} on ${resource ?? '*'}` : name
  }
}
