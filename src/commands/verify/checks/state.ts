import { type Check, unless } from './check.ts'

export const AVAILABLE: Check = {
  id: 'available',
  severity: 'fail',
  expected: 'an image that can be launched',
  fix: 'Bake it again.',
  judge: ({ image }) => unless(image.State === 'available' ? [] : [`it is ${image.State}`])
}

/** An image may be available before EC2 has all of its snapshots, and stay so when one of them fails. */
export const COMPLETE: Check = {
  id: 'complete',
  severity: 'fail',
  expected: 'every volume to have a snapshot that is complete',
  fix: 'Bake or copy it again.',
  judge: ({ image, snapshots }) => {
    const ids = (image.BlockDeviceMappings ?? []).flatMap(({ Ebs: ebs }) => ebs?.SnapshotId ?? [])
    const states = new Map(snapshots.map(({ SnapshotId: id, State: state }) => [id, state]))
    return unless(
      ids.flatMap(id => (states.get(id) === 'completed' ? [] : [`${id} is ${states.get(id) ?? 'not there'}`]))
    )
  }
}

/** @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-deregistration-protection.html */
export const PROTECTED: Check = {
  id: 'protected',
  severity: 'warn',
  expected: 'an image that nobody deregisters by mistake',
  fix: '`publish` protects what it publishes; until then EnableImageDeregistrationProtection does.',
  judge: ({ image: { DeregistrationProtection: protection = 'disabled' } }) =>
    unless(protection.startsWith('enabled') ? [] : [`deregistration protection is ${protection}`])
}
