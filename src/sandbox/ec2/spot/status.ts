import type { SpotInstanceState } from '@aws-sdk/client-ec2'
import type { SpotRequestRecord } from './record.ts'

/** What EC2 says beside each status code. */
const MESSAGES = {
  'bad-parameters': 'Your Spot request failed due to bad parameters.',
  'canceled-before-fulfillment': 'Your Spot request is canceled before it was fulfilled.',
  'capacity-not-available': 'There is no Spot capacity available that matches your request.',
  fulfilled: 'Your Spot request is fulfilled.',
  'instance-stopped-by-user': 'Spot Instance stopped due to user-initiated stop.',
  'instance-stopped-no-capacity':
    'Your Spot Instance was stopped because there was not enough Spot capacity available.',
  'instance-terminated-by-user': 'Spot Instance terminated due to user-initiated termination.',
  'instance-terminated-no-capacity':
    'Your Spot Instance was terminated because there was not enough Spot capacity available.',
  'limit-exceeded': 'The limit on the number of Spot Instances was exceeded.',
  'marked-for-stop': 'Your Spot Instance is marked for stopping.',
  'marked-for-termination': 'Your Spot Instance is marked for termination.',
  'pending-evaluation': 'Your Spot request has been submitted for review, and is pending evaluation.',
  'request-canceled-and-instance-running': 'Your Spot request is canceled, but your instance is still running.',
  'schedule-expired': 'Your Spot request expired because it was not fulfilled before the specified date.'
} as const

export type SpotStatusCode = keyof typeof MESSAGES

/**
 * Brings a spot request into a state, and says why.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instances-request-status-lifecycle.html
 */
export function enterSpot(
  { request }: SpotRequestRecord,
  state: SpotInstanceState,
  code: SpotStatusCode,
  now: Date
): void {
  request.State = state
  request.Status = { Code: code, Message: MESSAGES[code], UpdateTime: now }
}

/** Whether it still stands for an instance, or for one to come. */
export const isLive = ({ request }: SpotRequestRecord): boolean =>
  ['open', 'active', 'disabled'].includes(request.State)
