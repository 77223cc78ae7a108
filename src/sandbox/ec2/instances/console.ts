import type { GetConsoleOutputRequest, GetConsoleOutputResult } from '@aws-sdk/client-ec2'
import { ServiceError } from '../../errors.ts'
import type { Handler, Handlers } from '../../handler.ts'
import type { InstanceRecord } from '../../world/records.ts'
import { stopDryRun } from '../dryrun.ts'
import { INSTANCE_TYPES } from '../instance-types.ts'
import { findInstance } from './visible.ts'

const MAX_BYTES = 64 * 1024

/** Adds to the console of an instance, keeping its most recent 64 KB. */
export function appendConsole(record: InstanceRecord, text: string): void {
  record.console = (record.console + text).slice(-MAX_BYTES)
}

/** Makes the output so far what GetConsoleOutput answers without Latest: EC2 does so shortly after each transition. */
export function postConsole(record: InstanceRecord, at: Date): void {
  record.postedConsole = { text: record.console, at }
}

/**
 * The console's output in base64: as it was posted after the last transition, or with Latest as it is now, which only
 * instances of the Nitro system offer.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetConsoleOutput.html
 */
const getConsoleOutput: Handler<GetConsoleOutputRequest, GetConsoleOutputResult> = (input, call) => {
  const record = findInstance(input.InstanceId, call)
  const { InstanceId, InstanceType: type = '' } = record.instance
  if (input.Latest && INSTANCE_TYPES.get(type)?.hypervisor !== 'nitro') {
    const sentence = `This instance type (${type}) does not support retrieving the latest console logs.`
    throw new ServiceError('UnsupportedOperation', sentence)
  }
  stopDryRun(input)
  const shown = input.Latest ? { text: record.console, at: call.now } : record.postedConsole
  if (!shown?.text) return { InstanceId, Timestamp: shown?.at ?? call.now }
  const bytes = Buffer.from(shown.text).subarray(-MAX_BYTES)
  return { InstanceId, Timestamp: shown.at, Output: bytes.toString('base64') }
}

export const consoleHandlers = { GetConsoleOutput: getConsoleOutput } satisfies Handlers
