import { compileWildcards } from '../world/wildcards.ts'

/** Compiles a pattern of a policy: `*` and `?` are wildcards, and unlike in EC2's filters a backslash is a backslash. */
export const compilePattern = (pattern: string): ((text: string) => boolean) =>
  compileWildcards(pattern.replaceAll('\\', '\\\\'))

const ARN_PARTS = 6

/**
 * Compiles a pattern for ARNs: each of the six parts is matched by itself, so that no wildcard reaches over a colon
 * before the resource.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
 */
export function compileArnPattern(pattern: string): (arn: string) => boolean {
  const parts = split(pattern).map(compilePattern)
  return arn => {
    const texts = split(arn)
    return texts.length === parts.length && parts.every((matches, i) => matches(texts[i] ?? ''))
  }
}

function split(arn: string): string[] {
  const parts = arn.split(':')
  return [...parts.slice(0, ARN_PARTS - 1), parts.slice(ARN_PARTS - 1).join(':')]
}
