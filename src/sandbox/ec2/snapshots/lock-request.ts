import type { LockSnapshotRequest } from '@aws-sdk/client-ec2'
import { invalidValue, missingParameter, ServiceError } from '../../errors.ts'
import type { SnapshotLock } from './lock-state.ts'

const MS_PER_HOUR = 3_600_000
const MS_PER_DAY = 24 * MS_PER_HOUR
const MOST_DAYS = 36_500
const MOST_HOURS = 72

/**
 * The lock that a request asks for. Errors: MissingParameter, InvalidParameterValue, InvalidParameterCombination.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_LockSnapshot.html
 */
export function readLock(input: LockSnapshotRequest, now: Date): SnapshotLock {
  const { LockMode: mode, CoolOffPeriod: hours } = input
  if (!mode) throw missingParameter('LockMode')
  if (mode !== 'governance' && mode !== 'compliance') {
    throw invalidValue('LockMode', String(mode), 'governance or compliance')
  }
  if (hours !== undefined && mode === 'governance') {
    throw combination('CoolOffPeriod is for compliance mode: omit it in governance mode')
  }
  if (hours !== undefined) checkWhole('CoolOffPeriod', hours, MOST_HOURS)
  const coolOffUntil = hours === undefined ? undefined : new Date(now.getTime() + hours * MS_PER_HOUR)
  return { mode, createdOn: now, ...readEnd(input, now), coolOffHours: hours, coolOffUntil }
}

function readEnd({ LockDuration: days, ExpirationDate: until }: LockSnapshotRequest, now: Date) {
  if (days !== undefined && until !== undefined) throw combination('Specify LockDuration or ExpirationDate, not both')
  if (days !== undefined) {
    checkWhole('LockDuration', days, MOST_DAYS)
    return { days }
  }
  if (until === undefined) throw missingParameter('LockDuration')
  const left = (until.getTime() - now.getTime()) / MS_PER_DAY
  if (left > 0 && left <= MOST_DAYS) return { days: Math.ceil(left), until }
  throw invalidValue('ExpirationDate', until.toISOString(), `a time in the next ${MOST_DAYS} days`)
}

function checkWhole(path: string, value: number, most: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= most) return
  throw invalidValue(path, String(value), `a whole number from 1 to ${most}`)
}

const combination = (sentence: string): ServiceError => new ServiceError('InvalidParameterCombination', sentence)
