import { Aws, type Clients } from '../aws/aws.ts'
import type { Log, Run, SavedState } from '../run.ts'
import { discardImage, findUnfinishedImages, sweepInstances } from './sweep.ts'

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
  const instances = await sweepInstances(clients, state.run, log)
  const images = await findUnfinishedImages(clients, state.run)
  return [
    ...instances.map(id => `Terminated the instance ${id} that the run had left in ${clients.region}`),
    ...(await Promise.all(images.map(({ ImageId: id = '' }) => settleImage(clients, id, state, log))))
  ]
}

async function settleImage(clients: Clients, id: string, { onCancel }: SavedState, log: Log): Promise<string> {
  if (onCancel === 'keep') return `Kept the image ${id}, which was not finished; a rerun takes it up`
  await discardImage(clients, id, log)
  return `Discarded the image ${id}, which was not finished`
}
