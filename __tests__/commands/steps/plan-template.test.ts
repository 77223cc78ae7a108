import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { TemplateFacts, TemplateVersion } from '../../../src/commands/steps/launch-template.ts'
import { planTemplate } from '../../../src/commands/steps/plan-template.ts'
import type { TemplateStep } from '../../../src/commands/steps/step.ts'

const version = (number: number, imageId: string, more: Partial<TemplateVersion> = {}): TemplateVersion => ({
  number,
  imageId,
  isDefault: false,
  description: '',
  ...more
})

const facts = (...versions: TemplateVersion[]): TemplateFacts => ({ template: 'web', versions })
const DEFAULT = { isDefault: true }

describe('the default version comes to have an image', () => {
  test.each<[name: string, facts: TemplateFacts, steps: string[], back: string[]]>([
    ['of a template that is not there', facts(), ['create-template'], ['delete-template']],
    [
      'by a new version, like the default',
      facts(version(1, 'ami-1', DEFAULT)),
      ['add-version like 1', 'set-default added'],
      ['set-default 1', 'delete-version']
    ],
    [
      'by a version that has it already',
      facts(version(1, 'ami-1', DEFAULT), version(2, 'ami-2')),
      ['set-default 2'],
      ['set-default 1']
    ],
    ['that is the default already', facts(version(1, 'ami-1'), version(2, 'ami-2', DEFAULT)), [], []],
    [
      'that an interrupted run has made the default',
      facts(
        version(1, 'ami-1'),
        version(2, 'ami-2', { isDefault: true, description: 'ami-action: default after version 1' })
      ),
      [],
      ['set-default 1']
    ]
  ])('%s', (_, given, steps, back) => {
    const plan = planTemplate({ imageId: 'ami-2' }, given)
    expect([plan.steps.map(say), plan.back.map(say)]).toEqual([steps, back])
  })
})

function say(step: TemplateStep): string {
  if (step.kind === 'add-version') return `add-version like ${step.source}`
  return step.kind === 'set-default' ? `set-default ${step.version}` : step.kind
}

test('a version with other user data is not the one', () => {
  const old = version(2, 'ami-2', { isDefault: true, userData: 'old' })
  const plan = planTemplate({ imageId: 'ami-2', userData: 'new' }, facts(version(1, 'ami-1'), old))
  expect(plan.steps.map(say)).toEqual(['add-version like 2', 'set-default added'])
})

test('an id that names no template is a mistake, not a template to make', () => {
  const none = { template: 'lt-0123456789abcdef0', versions: [] }
  expect(() => planTemplate({ imageId: 'ami-2' }, none)).toThrow(
    'Expected a launch template lt-0123456789abcdef0, found none'
  )
})

test('property: the default is changed at most once, and going back names the version that it was', () => {
  const anyVersions = fc.array(fc.constantFrom('ami-1', 'ami-2'), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(anyVersions, fc.nat(4), (images, at) => {
      const current = at % images.length
      const all = images.map((image, i) => version(i + 1, image, { isDefault: i === current }))
      const { steps, back } = planTemplate({ imageId: 'ami-2' }, facts(...all))
      expect(steps.filter(({ kind }) => kind === 'set-default').length).toBe(images[current] === 'ami-2' ? 0 : 1)
      if (steps.length > 0) expect(back[0]).toMatchObject({ kind: 'set-default', version: current + 1 })
    })
  )
})
