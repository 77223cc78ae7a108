import { TAGS } from '../../../image/tags.ts'
import type { Policy } from '../policy.ts'
import { later } from './plan-life.ts'
import type { Subject } from './plan-subjects.ts'

export type Step = 'deprecate' | 'disable' | 'deregister'

/** Changes of an image's tags. */
export interface Journal {
  readonly set: Readonly<Record<string, string>>
  readonly remove: readonly string[]
}

type Tags = Readonly<Record<string, string>>

const DOING = { deprecate: 'deprecating', disable: 'disabling', deregister: 'deregistering' } as const
const DONE = { deprecate: 'deprecated', disable: 'disabled' } as const

/** What is noted before a step; since when the image is in its stage stays as it is until the step is done. */
export const noteBefore = (step: Step, run: string): Tags => ({ [TAGS.stage]: DOING[step], [TAGS.run]: run })

/** What is noted once EC2 has done a step. */
export const noteAfter = (step: keyof typeof DONE, now: Date): Tags => ({
  [TAGS.stage]: DONE[step],
  [TAGS.stageSince]: now.toISOString()
})

/**
 * Where the journal and EC2 disagree, EC2 is right, and the time in a stage begins now. What was on its way out and can be
 * found again was brought back: then it stays for a while.
 */
export function planJournal(subject: Subject, now: Date, policy: Policy): Journal {
  const { stage, since, isJournalTrue, image } = subject
  if (stage === 'deprecated' || stage === 'disabled') {
    const set = since ? {} : { [TAGS.stage]: stage, [TAGS.stageSince]: now.toISOString() }
    return { set, remove: [] }
  }
  if (stage === 'other' || isJournalTrue) return { set: {}, remove: [] }
  const until = later(now, policy.disableAfterSeconds).toISOString()
  const remove = [TAGS.stage, TAGS.stageSince].filter(key => image.tags[key] !== undefined)
  return { set: { [TAGS.notBefore]: until }, remove }
}
