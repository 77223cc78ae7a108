import type { Call } from '../../handler.ts'
import type { InstanceRecord } from '../../world/records.ts'
import { find, select } from '../lookup.ts'

const TERMINATED_VISIBLE_MS = 60 * 60 * 1000

/**
 * An instance is shown to its owner, and for about an hour after its end.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/terminating-instances.html
 */
const isVisible = ({ ownerId, terminatedAt }: InstanceRecord, { account, now }: Call): boolean =>
  ownerId === account && (!terminatedAt || now.getTime() - terminatedAt.getTime() < TERMINATED_VISIBLE_MS)

/** The instances of these ids, each once. Errors: InvalidInstanceID.Malformed and .NotFound, before any effect. */
export const selectInstances = (ids: readonly string[] | undefined, call: Call): InstanceRecord[] => [
  ...new Set(select('instance', ids, call.region.instances, record => isVisible(record, call)))
]

/** The instance of this id. Errors as `selectInstances`. */
export const findInstance = (id: string | undefined, call: Call): InstanceRecord =>
  find('instance', id ?? '', call.region.instances, record => isVisible(record, call))
