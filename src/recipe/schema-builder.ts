import * as z from 'zod/mini'
import { type Format, SECURITY_GROUP_ID, SUBNET_ID } from '../image/ids.ts'
import { count, flag, format, stringMap } from './schema-kinds.ts'

const selectors = (id: Format) => {
  const expected = `${id.expected} or { tag: { name: value } }`
  return z.array(z.union([format(id), z.strictObject({ tag: stringMap() })], expected))
}

/** The instance that builds the image. */
export const builder = z.strictObject({
  'instance-types': z.optional(
    z
      .array(format({ pattern: /^[a-z][a-z0-9-]*\.[a-z0-9-]+$/, expected: 'an instance type such as m7i.large' }))
      .check(z.minLength(1, 'at least one instance type'))
  ),
  spot: z.optional(z.enum(['prefer', 'only', 'never'])),
  subnets: z.optional(selectors(SUBNET_ID)),
  'security-groups': z.optional(selectors(SECURITY_GROUP_ID)),
  'instance-profile': z.optional(
    format({
      pattern: /^(?:[\w+=,.@-]{1,128}|arn:aws[\w:+=,.@/-]+)$/,
      expected: 'the name or ARN of an instance profile'
    })
  ),
  'public-ip': z.optional(flag()),
  boost: z.optional(z.strictObject({ iops: count(3_000, 80_000), throughput: count(125, 2_000) }))
})
