import { AmiError } from '../../errors.ts'
import { previousDefault, type TemplateFacts, type TemplateVersion } from './launch-template.ts'
import type { TemplateContent, TemplateStep } from './step.ts'

/** What is done to a launch template, and what would undo it. */
export interface TemplatePlan {
  readonly steps: readonly TemplateStep[]
  readonly back: readonly TemplateStep[]
}

/**
 * Decides how the default version of a launch template comes to have an image: by a version that has it already, else by
 * a new one, like the default but for the image and its user data: only now, for there are those who launch `$Latest`. Errors: INPUT where an id names no template.
 */
export function planTemplate(content: TemplateContent, { template, versions }: TemplateFacts): TemplatePlan {
  const current = versions.find(({ isDefault }) => isDefault)
  if (!current) return planNew(content, template)
  const ready = has(current, content) ? current : versions.findLast(version => has(version, content))
  if (ready === current) return { steps: [], back: backFrom(current, template, versions) }
  const back: TemplateStep = { kind: 'set-default', template, version: current.number }
  if (ready) return { steps: [{ kind: 'set-default', template, version: ready.number }], back: [back] }
  return {
    steps: [
      { kind: 'add-version', template, source: current.number, ...content },
      { kind: 'set-default', template, version: 'added' }
    ],
    back: [back, { kind: 'delete-version', template }]
  }
}

function planNew(content: TemplateContent, template: string): TemplatePlan {
  if (template.startsWith('lt-')) throw new AmiError('INPUT', `Expected a launch template ${template}, found none`)
  const steps = [{ kind: 'create-template', template, ...content }] as const
  return { steps, back: [{ kind: 'delete-template', template }] }
}

const has = (version: TemplateVersion, { imageId, userData }: TemplateContent): boolean =>
  version.imageId === imageId && (userData === undefined || version.userData === userData)

/** Where an interrupted run has changed the default already, its version tells which one it was before. */
function backFrom(
  current: TemplateVersion,
  template: string,
  versions: readonly TemplateVersion[]
): readonly TemplateStep[] {
  const previous = versions.find(({ number }) => number === previousDefault(current))
  return previous ? [{ kind: 'set-default', template, version: previous.number }] : []
}
