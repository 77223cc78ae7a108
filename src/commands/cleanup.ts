import { Aws, type Clients } from '../aws/aws.ts'
import type { Log, Run, SavedState } from '../run.ts'
import { findUnfinishedImages, sweepImages, sweepInstances } from './sweep.ts'

/**
 * Ends what a run may have left behind: its instances, and with `on-cancel: discard` its unfinished images. After a
 * run that ended by itself this finds nothing. Result: a sentence for each thing that was found.
 */
export async function cleanUp(run: Run, state: SavedState): Promise<string[]> {
  const aws = Aws.open(run)
  const found = await Promise.all(state.regions.map(region => cleanUpRegion(aws.in(region), state, run.log)))
  return found.flat()
}

async function cleanUpRegion(clients: Clients, state: SavedState, log: Log): Promise<string[]> {
  const [instances, images] = await Promise.all([
    sweepInstances(clients, state.run, log),
    state.onCancel === 'keep' ? findUnfinishedImages(clients, state.run) : sweepImages(clients, state.run, log)
  ])
  const fate = state.onCancel === 'keep' ? 'Kept for the rerun' : 'Discarded'
  return [
    ...instances.map(id => `Terminated the instance ${id} that the run had left in ${clients.region}`),
    ...images.map(id => `${fate}: the image ${id} in ${clients.region}, which the run had not finished`)
  ]
}
