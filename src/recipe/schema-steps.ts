import * as z from 'zod/mini'
import { duration, string } from './schema-kinds.ts'

const KINDS = ['run', 'script', 'files'] as const

const environment = z.record(
  z.string().check(z.regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'a variable name of letters, digits and underscores')),
  z.string('text; put it in quotes')
)

const step = z
  .strictObject({
    name: z.optional(string('the name of the step')),
    run: z.optional(string('a script')),
    script: z.optional(string('the path of a script, from the recipe')),
    files: z.optional(
      z.record(
        z.string(),
        z
          .string('an absolute path in the image')
          .check(z.regex(/^(?:\/|[A-Za-z]:[\\/])./, 'an absolute path in the image'))
      )
    ),
    shell: z.optional(z.enum(['bash', 'powershell'])),
    timeout: z.optional(duration()),
    env: z.optional(environment)
  })
  .check(
    z.superRefine((written, context) => {
      const kinds = KINDS.filter(kind => written[kind] !== undefined)
      if (kinds.length === 1) return
      const found = kinds.length > 0 ? kinds.join(' and ') : 'none of them'
      const message = `expected exactly one of ${KINDS.join(', ')}, found ${found}`
      context.addIssue({ code: 'custom', message, input: written, params: { sentence: true } })
    })
  )

/** What is done in the instance, in order. */
export const steps = z.array(step)
