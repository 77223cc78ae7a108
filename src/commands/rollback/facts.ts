import type { Image } from '@aws-sdk/client-ec2'
import type { Place } from '../place.ts'
import type { TemplateFacts } from '../steps/launch-template.ts'
import type { ParameterFacts } from '../steps/parameter.ts'

/** What instances are launched from at a place, and what they could be launched from instead. */
export interface PlaceFacts {
  readonly place: Place
  /** The family's images there; of the home account where the place has none of its own. */
  readonly family: readonly Image[]
  readonly isOwn: boolean
  readonly parameter?: ParameterFacts
  readonly template?: TemplateFacts
}

/** What was read of a place, or why nothing was. */
export type Observed = { readonly place: Place } & ({ readonly facts: PlaceFacts } | { readonly error: unknown })
