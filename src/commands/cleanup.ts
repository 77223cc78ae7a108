import { Aws, type Clients } from '../aws/aws.ts'
import type { Log, Run, SavedState } from '../run.ts'
import { takeBackLent } from './copy/lending.ts'
import { restartStopped } from './restart.ts'
import { discardImage, findUnfinishedImages, sweepImages } from './sweep-images.ts'
import { sweepInstances } from './sweep-instances.ts'
import { PATIENT } from './sweep-loop.ts'
import { sweepParts } from './sweep-parts.ts'

/**
 * Ends what a run may have left behind: its instances, and with `on-cancel: discard` its unfinished images; starts what it
 * has stopped. After a run that ended by itself this finds nothing. Result: a sentence for each thing that was found.
 */
export async function cleanUp(run: Run, state: SavedState): Promise<string[]> {
  const aws = Aws.open(run)
  const own = state.regions.map(region => cleanUpRegion(aws, region, state))
  const members = state.accounts.flatMap(account =>
    state.regions.map(region => cleanUpImages(aws.as(account).in(region), state, aws.run.log))
  )
  return (await Promise.all([...own, ...members])).flat()
}

async function cleanUpRegion(aws: Aws, region: string, state: SavedState): Promise<string[]> {
  const clients = aws.in(region)
  const { log } = aws.run
  const [instances, parts, images, stopped, lent] = await Promise.all([
    sweepInstances(clients, state.run, log, PATIENT),
    sweepParts(clients, state.run, log),
    cleanUpImages(clients, state, log),
    restartStopped(clients, state.run, log, aws.signal),
    takeBackLent(clients, state.run)
  ])
  return [
    ...instances.map(id => `Terminated the instance ${id} that the run had left in ${clients.region}`),
    ...parts.map(id => `Deleted ${id}, which the run had left in ${clients.region}`),
    ...stopped.map(id => `Started the instance ${id} again, which the run had stopped in ${clients.region}`),
    ...lent.map(id => `Took back what other accounts were lent of the image ${id} in ${clients.region}`),
    ...images
  ]
}

const cleanUpImages = (clients: Clients, { run, onCancel }: SavedState, log: Log): Promise<string[]> =>
  onCancel === 'discard' ? discardAll(clients, run, log) : keepGood(clients, run, log)

async function discardAll(clients: Clients, run: string, log: Log): Promise<string[]> {
  const images = await sweepImages(clients, run, log)
  return images.map(id => `Discarded the image ${id} in ${clients.region}, which the run had not finished`)
}

/** What EC2 is still making, or has made, is of use to a rerun; what failed is of use to nobody. */
async function keepGood(clients: Clients, run: string, log: Log): Promise<string[]> {
  const found: string[] = []
  for (const image of await findUnfinishedImages(clients, run)) {
    const { imageId: id, state } = image
    const isGood = state === 'pending' || state === 'available'
    if (!isGood) await discardImage(clients, image, log)
    const fate = isGood ? 'Kept for the rerun' : 'Discarded'
    found.push(`${fate}: the image ${id} in ${clients.region}, which is ${state}`)
  }
  return found
}
