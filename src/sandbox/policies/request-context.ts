import type { Call } from '../handler.ts'
import type { Context } from './conditions.ts'
import { roleOf } from './role-of.ts'

type Values = readonly (string | undefined)[]

/** A context of what is known; a key that was there before is replaced. */
export function withKeys(context: Context, keys: Readonly<Record<string, string | Values | undefined>>): Context {
  const known = new Map(context)
  for (const [key, value] of Object.entries(keys)) {
    const values = [value].flat().filter(each => each !== undefined)
    if (values.length > 0) known.set(key.toLowerCase(), values)
  }
  return known
}

/**
 * What is known of every request.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
export const requestContext = ({ principal, account, region, now }: Call): Context =>
  withKeys(new Map(), {
    'aws:CurrentTime': now.toISOString(),
    'aws:PrincipalAccount': account,
    'aws:PrincipalArn': roleOf(principal),
    'aws:RequestedRegion': region.name
  })

/** A context with the tags that a request gives or takes. */
export const withRequestTags = (context: Context, tags: ReadonlyMap<string, string>): Context =>
  withKeys(context, {
    'aws:TagKeys': [...tags.keys()],
    ...Object.fromEntries([...tags].map(([key, value]) => [`aws:RequestTag/${key}`, value]))
  })

interface AnyTag {
  readonly Key?: string
  readonly TagKey?: string
  readonly Value?: string
  readonly TagValue?: string
}

/** Tags as requests of the different services write them. */
export function tagsOf(list: unknown): Map<string, string> {
  const tags: readonly AnyTag[] = Array.isArray(list) ? list : []
  return new Map(tags.map(tag => [tag.Key ?? tag.TagKey ?? '', tag.Value ?? tag.TagValue ?? '']))
}
