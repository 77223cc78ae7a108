import type { Outcome } from '../../run.ts'
import { announce } from './announce.ts'
import { Kept } from './apply/carry-out.ts'
import type { Decision } from './plan/plan-decision.ts'
import { estimateSavings } from './plan/plan-savings.ts'
import { findUpcoming } from './plan/plan-upcoming.ts'
import type { SunsetStory } from './story.ts'
import { countReasons, summarize } from './summary.ts'

/** Outputs, report and summary of a sunset, whether it succeeded or not. */
export function describeOutcome(story: SunsetStory, error?: unknown): Outcome {
  const { plan, applied, undone, facts } = story
  const stopped = [...new Set(plan?.stops.map(({ place }) => place) ?? [])]
  const failed = (applied?.results ?? []).filter(each => each.error !== undefined && !(each.error instanceof Kept))
  const places = [...stopped, ...failed.map(({ decision }) => decision.subject.place.place)]
  return {
    outputs: {
      ...(plan && {
        plan: JSON.stringify(describePlan(plan.decisions, facts?.now)),
        'failed-regions': JSON.stringify([...new Set(places)])
      }),
      ...(undone && { plan: JSON.stringify(undone.plan), 'image-id': undone.plan.imageId })
    },
    report: describeReport(story),
    summary: summarize(story, error),
    ...announce(story, error),
    ...(error !== undefined && { error })
  }
}

/** What goes on, one by one, and how many stay for which reason: all of them may be more than an output holds. */
function describePlan(decisions: readonly Decision[], now: Date | undefined): object {
  const staying = decisions.filter(({ action }) => action === 'keep')
  return {
    steps: decisions.filter(({ action }) => action !== 'keep').map(describe),
    upcoming: now ? findUpcoming(decisions, now).map(describe) : [],
    kept: staying.length,
    keptBecause: countReasons(staying)
  }
}

/** A decision as outputs tell it. */
function describe({ subject, action, reasons, dueAt }: Decision): object {
  const { image, place, stage, since, sharing } = subject
  return {
    place: place.place,
    imageId: image.imageId,
    name: image.name,
    stage,
    ...(since && { since: since.toISOString() }),
    action,
    ...(dueAt && { dueAt: dueAt.toISOString() }),
    sharing,
    reasons
  }
}

function describeReport({ run, plan, applied, undone }: SunsetStory): object {
  return {
    command: 'sunset',
    run: run.id,
    ...(undone && { undone: undone.plan }),
    ...(plan && {
      images: plan.decisions.map(describe),
      lines: plan.lines.map(({ place, architecture, head, frozen, isOverdue }) => ({
        place,
        architecture,
        head: head?.image.imageId,
        frozen,
        isOverdue
      })),
      stops: plan.stops.map(({ place, error }) => ({ place, code: error.code, error: error.message })),
      leftovers: plan.leftovers.map(({ place, machines, snapshots }) => ({
        place: place.place,
        machines: machines.map(({ id }) => id),
        snapshots: snapshots.map(({ snapshotId }) => snapshotId)
      })),
      savings: estimateSavings(plan.decisions)
    }),
    ...(applied && {
      done: applied.results.map(({ decision, isDone, notes, error }) => ({
        imageId: decision.subject.image.imageId,
        action: decision.action,
        isDone,
        notes,
        ...(error !== undefined && { error: error instanceof Error ? error.message : String(error) })
      }))
    })
  }
}
