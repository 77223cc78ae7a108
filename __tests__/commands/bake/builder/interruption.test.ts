import type { Instance } from '@aws-sdk/client-ec2'
import { expect, test } from '@jest/globals'
import { findInterruption } from '../../../../src/commands/bake/builder/interruption.ts'

const LAUNCHED: Instance = {
  InstanceId: 'i-1',
  InstanceLifecycle: 'spot',
  LaunchTime: new Date('2026-06-01T12:00:00Z')
}
const because = (Code: string): Instance => ({ ...LAUNCHED, StateReason: { Code, Message: `${Code}: because` } })

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StateReason.html */
test.each([
  ['runs on', LAUNCHED, undefined],
  ['was stopped by this run', because('Client.UserInitiatedShutdown'), undefined],
  ['powered itself off', because('Client.InstanceInitiatedShutdown'), undefined],
  ['was stopped by EC2', because('Server.SpotInstanceShutdown'), /^EC2 took the spot builder i-1 back: .*because$/],
  ['was terminated by EC2', because('Server.SpotInstanceTermination'), /^EC2 took the spot builder i-1 back: /],
  [
    'was started again by EC2',
    { ...LAUNCHED, LaunchTime: new Date('2026-06-01T12:05:00Z') },
    /^EC2 took the spot builder i-1 back and has started it again since$/
  ]
] as const)('a spot builder that %s', (_, now, message) => {
  const found = findInterruption(LAUNCHED, now)
  if (message) expect(found).toMatchObject({ code: 'CAPACITY', message: expect.stringMatching(message) })
  else expect(found).toBeUndefined()
})

test('a builder on demand is not taken back', () => {
  const { InstanceLifecycle: _, ...onDemand } = LAUNCHED
  expect(findInterruption(onDemand, { ...onDemand, LaunchTime: new Date(0) })).toBeUndefined()
})
