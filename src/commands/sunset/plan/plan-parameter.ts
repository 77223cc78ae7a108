import type { ParameterHistory } from '@aws-sdk/client-ssm'
import type { Use } from '../facts.ts'

const IMAGE_ID = /\bami-(?:[0-9a-f]{17}|[0-9a-f]{8})\b/g

/** The ids of images that a text holds. */
export const idsIn = (text: string | undefined): string[] => [...new Set(text?.match(IMAGE_ID) ?? [])]

/**
 * Who uses images by way of a parameter: its newest version, as many before it as a rollback may go back to, and every
 * version with a label.
 */
export function usesOfParameter(name: string, history: readonly ParameterHistory[], depth: number): Use[] {
  const versions = [...history].sort((a, b) => (b.Version ?? 0) - (a.Version ?? 0))
  return versions.flatMap(({ Value: value, Version: version, Labels: labels = [] }, i) =>
    i <= depth || labels.length > 0
      ? idsIn(value).map(imageId => ({
          imageId,
          by: i === 0 ? `the parameter ${name}` : `version ${version} of the parameter ${name}`
        }))
      : []
  )
}
