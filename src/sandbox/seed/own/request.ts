import type { Image, LaunchPermission, RunInstancesRequest } from '@aws-sdk/client-ec2'
import { en } from 'zod/locales'
import * as z from 'zod/mini'
import { ServiceError } from '../../errors.ts'
import { SERVICES } from '../../wire/operations.ts'
import type { OrganizationalUnit } from '../../world/organizations.ts'
import { declarativePolicy } from './declarative-policy.ts'
import { findings } from './findings.ts'

const count = z._default(z.int().check(z.gte(1), z.lte(100_000)), 1)
const days = z._default(z.number().check(z.gte(0), z.lte(36_500)), 0)
const tags = z._default(z.record(z.string(), z.string()), {})
const members = <T extends object>() => z.custom<T>(value => typeof value === 'object' && value !== null, 'an object')

/** Every string in `Image` may hold `{n}`, the number of the image from 1. */
const images = z.strictObject({
  count,
  /** How long ago the first was made, and by how much each next one is older. */
  ageDays: days,
  stepDays: days,
  tags,
  snapshotTags: tags,
  /** In GiB; the first is the root volume's. */
  volumeSizes: z._default(z.array(z.int().check(z.gte(1), z.lte(65_536))), [8]),
  /** The ARN of a key: the snapshots are encrypted. */
  kmsKeyId: z.optional(z.string()),
  launchPermissions: z._default(z.array(members<LaunchPermission>()), []),
  /** Members as DescribeImages answers them; Name is needed, all others have a default. */
  Image: members<Omit<Partial<Image>, 'Name'> & { Name: string }>()
})

const instances = z.strictObject({
  count,
  ageDays: days,
  state: z._default(z.enum(['running', 'stopped']), 'running'),
  /** Who manages them: hidden from DescribeInstances by default. */
  managedBy: z.optional(z.string()),
  tags,
  /** The request that would launch one of them. */
  RunInstances: members<Omit<RunInstancesRequest, 'MinCount' | 'MaxCount'>>()
})

/** An operation of the sandbox, performed `count` times without HTTP; `{n}` in its strings is the number of the call. */
const calls = z.strictObject({
  count,
  service: z.enum(SERVICES),
  operation: z.string(),
  input: members<object>()
})

/** An organization, or a unit of one: images can be shared with all accounts below it. */
const unit: z.ZodMiniType<OrganizationalUnit> = z.strictObject({
  arn: z.string(),
  accounts: z.array(z.string()),
  units: z.optional(z.array(z.lazy(() => unit)))
})

const request = z.strictObject({
  account: z._default(z.string().check(z.regex(/^\d{12}$/, 'expected twelve digits')), '000000000000'),
  region: z._default(z.string(), 'us-east-1'),
  images: z._default(z.array(images), []),
  instances: z._default(z.array(instances), []),
  calls: z._default(z.array(calls), []),
  findings: z._default(z.array(findings), []),
  declarativePolicy: z.optional(declarativePolicy),
  organizations: z._default(z.array(unit), [])
})

export type SeedRequest = z.infer<typeof request>
export type SeedImages = z.infer<typeof images>
export type SeedInstances = z.infer<typeof instances>
export type SeedCalls = z.infer<typeof calls>

/** Reads the body of `POST /_sandbox/seed`. Errors: a ServiceError that names the member which has no meaning. */
export function readSeedRequest(value: unknown): SeedRequest {
  const { data, error } = request.safeParse(value, { error: en().localeError })
  if (data) return data
  const [{ path = [], message = '' } = {}] = error?.issues ?? []
  throw new ServiceError('Seed', `${path.join('.') || 'the body'}: ${message}`)
}

/** The same value with the number in place of every `{n}`. */
export function numbered<T>(value: T, n: number): T {
  if (typeof value === 'string') return value.replaceAll('{n}', String(n)) as T
  if (Array.isArray(value)) return value.map(each => numbered(each, n)) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, numbered(each, n)])) as T
}
