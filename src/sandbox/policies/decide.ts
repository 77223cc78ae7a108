import type { Context } from './conditions.ts'
import type { Statement } from './document.ts'

/** What a principal must be allowed: an action on a resource, or on `*` where the action takes none. */
export interface Need {
  readonly action: string
  readonly resource: string
  readonly context: Context
}

export type Decision = 'allowed' | 'explicit deny' | 'implicit deny'

/**
 * What statements say of a need: a Deny that matches wins, then an Allow; what none mentions is denied. Each that allows
 * it notes that it was used for it.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function decide(statements: readonly Statement[], { action, resource, context }: Need): Decision {
  const matching = statements.filter(
    each =>
      each.matchesAction(action) &&
      each.matchesResource(resource) &&
      each.conditions.every(condition => condition(context))
  )
  if (matching.some(({ effect }) => effect === 'Deny')) return 'explicit deny'
  for (const { used } of matching) used.add(action)
  return matching.length > 0 ? 'allowed' : 'implicit deny'
}
