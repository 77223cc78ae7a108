import * as z from 'zod/mini'
import { CHECK_IDS } from '../image/check-ids.ts'
import { ACCOUNT_ID, DEVICE, FAMILY, IMAGE_ID, ORGANIZATION_ARN, REGION, RING } from '../image/ids.ts'
import { KMS_KEY } from '../image/key.ts'
import { REFERENCE_SOURCES } from '../image/reference-sources.ts'
import { base } from './schema-base.ts'
import { builder } from './schema-builder.ts'
import { count, duration, flag, format, percent, string, stringMap } from './schema-kinds.ts'
import { steps } from './schema-steps.ts'

const volume = z.strictObject({
  device: format(DEVICE),
  size: z.optional(count(1, 65_536, 'a whole number of GiB from 1 to 65536, such as 16')),
  type: z.optional(z.enum(['gp2', 'gp3', 'io1', 'io2', 'st1', 'sc1', 'standard'])),
  iops: z.optional(count(100, 256_000)),
  throughput: z.optional(count(125, 2_000, 'a whole number of MiB/s from 125 to 2000')),
  'kms-key': z.optional(format(KMS_KEY)),
  'delete-on-termination': z.optional(flag())
})

const regionTarget = z.strictObject({ 'kms-keys': z.optional(z.record(format(DEVICE), format(KMS_KEY))) })

const waiver = z.strictObject({
  id: string('the id of a finding such as CVE-2026-12345'),
  until: format({
    pattern: /^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$/,
    expected: 'a date such as 2027-01-31'
  }),
  why: string('a reason')
})

const findings = z.strictObject({
  'fail-on': z.optional(z.enum(['low', 'medium', 'high', 'critical'])),
  'fix-available': z.optional(flag()),
  unscanned: z.optional(z.enum(['fail', 'warn', 'pass'])),
  waivers: z.optional(z.array(waiver))
})

const approve = z.strictObject({
  families: z.optional(z.array(format(FAMILY))),
  owners: z.optional(
    z.array(
      format({
        pattern: /^(?:[0-9]{12}|amazon|aws-marketplace)$/,
        expected: 'an account id of twelve digits in quotes, amazon or aws-marketplace'
      })
    )
  ),
  images: z.optional(z.array(format(IMAGE_ID)))
})

const enforce = z.strictObject({
  mode: z.optional(z.enum(['report', 'tag', 'stop', 'terminate'])),
  grace: z.optional(duration()),
  'max-instances': z.optional(count(0, 100_000)),
  'max-percent': z.optional(percent()),
  'snapshot-first': z.optional(flag()),
  immediate: z.optional(flag()),
  exclude: z.optional(stringMap()),
  approve: z.optional(approve)
})

const sunset = z.strictObject({
  keep: z.optional(count(1, 1_000)),
  'disable-after': z.optional(duration()),
  'deregister-after': z.optional(duration()),
  idle: z.optional(duration()),
  'max-images': z.optional(count(0, 100_000)),
  'max-percent': z.optional(percent()),
  'in-use-floor': z.optional(count(0, 100_000)),
  'allow-permanent': z.optional(flag()),
  unused: z.optional(z.array(z.enum(REFERENCE_SOURCES)))
})

const publish = z.strictObject({
  ssm: z.optional(format({ pattern: /^\/[\w./-]{1,1010}$/, expected: 'a parameter name such as /golden/web' })),
  'launch-template': z.optional(
    format({ pattern: /^[a-zA-Z0-9().\-/_]{3,128}$/, expected: 'the name or id of a launch template' })
  ),
  'instance-refresh': z.optional(z.array(string('the name of an Auto Scaling group'))),
  rings: z.optional(z.array(format(RING)))
})

/** A recipe as it is written; every key of it. Its messages complete the sentence "expected …". */
export const recipeSchema = z.strictObject({
  family: format(FAMILY),
  name: z.optional(string('a template of the image name such as {family}-{date}-{time}-{digest}')),
  strategy: z.enum(['full', 'partial', 'os-only']),
  purpose: z.optional(z.enum(['image', 'backup'])),
  'valid-for': z.optional(duration()),
  'rebuild-before': z.optional(duration()),
  base,
  builder: z.optional(builder),
  volumes: z.optional(z.array(volume)),
  provision: z.optional(
    z.strictObject({
      via: z.optional(z.enum(['ssm', 'user-data'])),
      patch: z.optional(z.boolean()),
      steps: z.optional(steps)
    })
  ),
  test: z.optional(steps),
  launch: z.optional(z.strictObject({ 'user-data': string('the path of a file, from the recipe') })),
  regions: z.optional(z.record(format(REGION), z.nullable(regionTarget))),
  share: z.optional(
    z.strictObject({
      accounts: z.optional(z.array(format({ ...ACCOUNT_ID, expected: `${ACCOUNT_ID.expected} in quotes` }))),
      organizations: z.optional(z.array(format(ORGANIZATION_ARN)))
    })
  ),
  publish: z.optional(publish),
  copy: z.optional(z.strictObject({ completion: z.optional(duration()) })),
  'allowed-images': z.optional(z.enum(['audit', 'enable'])),
  verify: z.optional(
    z.strictObject({
      findings: z.optional(findings),
      checks: z.optional(z.partialRecord(z.enum(CHECK_IDS), z.enum(['fail', 'warn', 'off'])))
    })
  ),
  enforce: z.optional(enforce),
  sunset: z.optional(sunset),
  tags: z.optional(stringMap())
})

export type WrittenRecipe = z.infer<typeof recipeSchema>
export type WrittenStep = z.infer<typeof steps>[number]
