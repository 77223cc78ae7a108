import type { Image } from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import type { SnapshotFacts } from '../../../../src/commands/bake/observe/observe-snapshot.ts'
import { planRegister } from '../../../../src/commands/bake/plan/plan-register.ts'
import { findLostBilling } from '../../../../src/commands/billing.ts'
import type { SnapshotBase } from '../../../../src/recipe/recipe.ts'
import { facts, load, ORDER, refusals } from '../bake-facts.ts'

const ID = 'snap-0123456789abcdef0'
const SNAPSHOT = { SnapshotId: ID, State: 'completed', StorageTier: 'standard', Encrypted: true } as const
const LINUX: Image = { PlatformDetails: 'Linux/UNIX', UsageOperation: 'RunInstances' }
const RHEL: Image = { PlatformDetails: 'Red Hat Enterprise Linux', UsageOperation: 'RunInstances:0010' }

function plan(more: Partial<SnapshotFacts> = {}, keys = '') {
  const recipe = load(`base: { snapshot: ${ID}, architecture: x86_64${keys} }`)
  const found = { snapshot: SNAPSHOT, images: [LINUX], ...more }
  return planRegister(recipe, recipe.base as SnapshotBase, { ...facts(), ...found }, ORDER)
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RegisterImage.html
test('an image of a snapshot gets what a snapshot does not tell from the recipe', () => {
  expect(plan({}, ', boot-mode: uefi, tpm: v2.0, root-device: /dev/sda1').request).toEqual({
    Name: expect.stringMatching(/^web-20260601-123456-/),
    Description: `web, baked from ${ID}`,
    Architecture: 'x86_64',
    VirtualizationType: 'hvm',
    EnaSupport: true,
    BootMode: 'uefi',
    TpmSupport: 'v2.0',
    ImdsSupport: 'v2.0',
    RootDeviceName: '/dev/sda1',
    BlockDeviceMappings: [
      { DeviceName: '/dev/sda1', Ebs: { SnapshotId: ID, VolumeType: 'gp3', DeleteOnTermination: true } }
    ]
  })
})

test('the same snapshot, registered in another way, is another image', () => {
  expect(plan({}, ', ena: false').digest).not.toBe(plan().digest)
})

describe('refused:', () => {
  test.each<[why: string, more: Partial<SnapshotFacts>, message: string]>([
    ['one that is not completed', { snapshot: { ...SNAPSHOT, State: 'pending' } }, `${ID} pending`],
    ['one that is archived', { snapshot: { ...SNAPSHOT, StorageTier: 'archive' } }, `${ID} in the archive`]
  ])('%s', (_, more, message) => {
    expect(refusals(() => plan(more))).toEqual([{ code: 'BASE', message: expect.stringContaining(message), line: 3 }])
  })

  test('none', () => {
    const recipe = load(`base: { snapshot: ${ID}, architecture: x86_64 }`)
    const nothing = { ...facts(), images: [] }
    expect(refusals(() => planRegister(recipe, recipe.base as SnapshotBase, nothing, ORDER))).toHaveLength(1)
  })
})

describe('billing codes', () => {
  test('that RegisterImage loses are found', () => {
    expect(findLostBilling(plan({ images: [RHEL] }).billing, LINUX)?.message).toBe(
      'Expected an image billed as Red Hat Enterprise Linux (RunInstances:0010), RegisterImage made one of Linux/UNIX (RunInstances)'
    )
  })

  test('that are the same are no trouble', () => {
    expect(findLostBilling(plan().billing, LINUX)).toBeUndefined()
  })

  test('are unknown where no image stands on the snapshot, and that is said', () => {
    const unknown = plan({ images: [] })
    expect(unknown.warnings.join()).toContain('whether billing codes are lost is unknown')
    expect(findLostBilling(unknown.billing, LINUX)).toBeUndefined()
  })
})
