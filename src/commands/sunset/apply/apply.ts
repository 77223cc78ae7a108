import type { Aws } from '../../../aws/aws.ts'
import { formatDuration } from '../../../image/duration.ts'
import type { PlaceFacts } from '../facts.ts'
import type { SunsetPlan } from '../plan.ts'
import { carryOut, isIdle, Kept, type Result } from './carry-out.ts'
import { clearAway } from './leftovers.ts'
import { expectedSeconds, Pacer } from './pacer.ts'

/** What has come of a plan. */
export interface Applied {
  readonly results: readonly Result[]
  /** Of leftovers that could not be cleared away. */
  readonly errors: readonly unknown[]
}

/** Carries a plan out, all places at once, at each place one image after the other. */
export async function applyPlan(home: Aws, plan: SunsetPlan): Promise<Applied> {
  const done = await Promise.all(plan.leftovers.map(leftovers => applyAt(home, leftovers.place, plan)))
  return { results: done.flatMap(({ results }) => results), errors: done.flatMap(({ errors }) => errors) }
}

async function applyAt(home: Aws, place: PlaceFacts, plan: SunsetPlan): Promise<Applied> {
  const aws = home.as(place.member)
  const { log, id: run } = aws.run
  const clients = aws.in(place.region)
  const due = plan.decisions.filter(decision => decision.subject.place === place && !isIdle(decision))
  const seconds = expectedSeconds(due.length)
  if (seconds > 0) log.info(`${place.place}: ${due.length} images, which takes about ${formatDuration(seconds)}`)
  const pacer = new Pacer(aws.signal)
  const results: Result[] = []
  for (const decision of due) {
    await pacer.turn()
    const result = await carryOut({ clients, run, now: () => aws.now() }, decision)
    aws.signal.throwIfAborted()
    results.push(result)
    if (result.isDone) log.info(sayDone(place, result))
    if (result.error instanceof Kept)
      log.notice(`${place.place}: ${decision.subject.image.imageId} stays: ${result.error.message}`)
  }
  const leftovers = plan.leftovers.find(each => each.place === place)
  const errors = leftovers ? await tryAll(() => clearAway(clients, leftovers, log)) : []
  return { results, errors }
}

const DONE = { deprecate: 'Deprecated', disable: 'Disabled', deregister: 'Deregistered', keep: 'Kept' } as const

function sayDone({ place }: PlaceFacts, { decision, notes }: Result): string {
  const { imageId, name } = decision.subject.image
  return `${place}: ${DONE[decision.action]} ${imageId} (${name})${notes.map(note => `; ${note}`).join('')}`
}

async function tryAll(work: () => Promise<void>): Promise<unknown[]> {
  try {
    await work()
    return []
  } catch (error) {
    return [error]
  }
}
