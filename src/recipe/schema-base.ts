import * as z from 'zod/mini'
import { DEVICE, IMAGE_ID, IMAGE_OWNER, INSTANCE_ID, SNAPSHOT_ID } from '../image/ids.ts'
import { duration, flag, format, string } from './schema-kinds.ts'

const baseObject = z.strictObject({
  id: z.optional(format(IMAGE_ID)),
  ssm: z.optional(
    format({
      pattern: /^(?:\/[\w./-]+|[\w.-]+|arn:aws[\w:./-]+)$/,
      expected: 'the name of an SSM parameter such as /golden/base'
    })
  ),
  owners: z.optional(z.array(format(IMAGE_OWNER)).check(z.minLength(1, 'at least one owner'))),
  name: z.optional(string('a pattern of image names such as debian-13-amd64-*')),
  architecture: z.optional(z.enum(['x86_64', 'arm64'])),
  instance: z.optional(format(INSTANCE_ID)),
  reboot: z.optional(z.enum(['stop', 'reboot', 'none'])),
  snapshot: z.optional(format(SNAPSHOT_ID)),
  'boot-mode': z.optional(z.enum(['legacy-bios', 'uefi', 'uefi-preferred'])),
  tpm: z.optional(z.enum(['v2.0'])),
  imds: z.optional(z.enum(['v2.0', 'optional'])),
  ena: z.optional(flag()),
  'root-device': z.optional(format(DEVICE)),
  'max-age': z.optional(duration()),
  stale: z.optional(z.enum(['refuse', 'warn']))
})

type WrittenBase = z.infer<typeof baseObject>

const KINDS = { id: 'id', ssm: 'ssm', name: 'name with owners', instance: 'instance', snapshot: 'snapshot' } as const
const KIND_KEYS = Object.keys(KINDS) as (keyof typeof KINDS)[]

/** The keys that only go with one kind of base. */
const BELONGS_TO = {
  owners: ['name'],
  architecture: ['name', 'snapshot'],
  reboot: ['instance'],
  'boot-mode': ['snapshot'],
  tpm: ['snapshot'],
  imds: ['snapshot'],
  ena: ['snapshot'],
  'root-device': ['snapshot'],
  'max-age': ['id', 'ssm', 'name'],
  stale: ['id', 'ssm', 'name']
}

/** Where the image starts from: exactly one kind of base, and what goes with it. */
export const base = baseObject.check(
  z.superRefine((written, context) => {
    const problem = findBaseProblem(written)
    if (problem) context.addIssue({ code: 'custom', message: problem, input: written, params: { sentence: true } })
  })
)

function findBaseProblem(written: WrittenBase): string | undefined {
  const kinds = KIND_KEYS.filter(key => written[key] !== undefined)
  const [kind, another] = kinds
  if (!kind || another) {
    const found = kinds.length > 0 ? kinds.join(' and ') : 'none of them'
    return `expected exactly one of ${listOf(Object.values(KINDS))}, found ${found}`
  }
  const stray = Object.entries(BELONGS_TO).find(
    ([key, owners]) => written[key as keyof WrittenBase] !== undefined && !owners.includes(kind)
  )
  if (stray) return `${stray[0]} goes with ${stray[1].join(', ')} only, found it with ${kind}`
  if (kind === 'name' && !written.owners) return 'expected owners beside name: anybody can publish an image by any name'
  if (kind === 'instance' && !written.reboot) return 'expected reboot: stop, reboot or none beside instance'
  return kind === 'snapshot' ? findSnapshotProblem(written) : undefined
}

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RegisterImage.html */
function findSnapshotProblem({ architecture, tpm, 'boot-mode': bootMode }: WrittenBase): string | undefined {
  if (!architecture) return 'expected architecture: x86_64 or arm64 beside snapshot, which does not tell it'
  if (tpm && bootMode !== 'uefi') return `tpm goes with boot-mode: uefi only, found ${bootMode ?? 'none'}`
  if (architecture === 'arm64' && bootMode !== undefined && bootMode !== 'uefi') {
    return `architecture: arm64 goes with boot-mode: uefi only, found ${bootMode}`
  }
  return undefined
}

const listOf = (words: readonly string[]): string => `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
