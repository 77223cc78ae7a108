import type { Instance, Reservation } from '@aws-sdk/client-ec2'
import type { InstanceRecord } from '../../world/records.ts'
import { tagSet } from '../tags.ts'

/** A reservation as EC2 answers it, with those of its instances that were asked for (at least one). */
export function answerReservation(records: readonly InstanceRecord[], account: string): Reservation {
  const [first] = records
  return {
    ReservationId: first?.reservationId,
    OwnerId: first?.ownerId,
    Groups: [],
    Instances: records.map(record => answerInstance(record, account))
  }
}

const answerInstance = (record: InstanceRecord, account: string): Instance => ({
  ...record.instance,
  Tags: tagSet(record, account)
})
