import { NormalizedSchema } from '@smithy/core/schema'
import type { Operation } from '../../../src/sandbox/wire/operations.ts'
import { wireName } from '../../../src/sandbox/wire/query.ts'
import { membersOf } from '../../../src/sandbox/wire/schema.ts'
import type { Random } from './random.ts'
import { type RawRequest, targetOf } from './raw.ts'

const HOSTILE = [
  ...[
    '',
    ' ',
    '0',
    '-1',
    '1',
    '8',
    '1.5',
    '1e999',
    '99999999999999999999',
    'true',
    'TRUE',
    'null',
    'NaN',
    'self',
    'all'
  ],
  ...[
    '__proto__',
    'constructor',
    '*',
    '?',
    '\\',
    '[',
    '../../etc/passwd',
    '$(id)',
    '<a>&"\'',
    '\u0000',
    '\ud800',
    '😀'
  ],
  ...['2030-01-31T00:00:00Z', '0000-00-00', 'ami-', 'ami-zz', 'ami-0123456789abcdef0', 'snap-0123456789abcdef0'],
  ...[
    'arn:aws:kms:us-east-1:111122223333:key/none',
    'arn:',
    'alias/aws/ebs',
    '/',
    '//',
    '10.0.0.0/8',
    '::/0',
    'x'.repeat(5000)
  ]
]
const NUMBERS = ['0', '1', '-1', '5', '50', '1.5', '1000', '1000000000', '1e15']
const WRONG_JSON = [
  'null',
  '{}',
  '[]',
  '[null]',
  '[[]]',
  '{"__proto__":{}}',
  '{"a":{"b":[1]}}',
  '1e999',
  '-0',
  'true',
  '"',
  '{'
]

/** What exists, by the member that names it: with it, requests get further. */
export type Known = Readonly<Record<string, readonly string[]>>

/** Makes requests that are right in part: hostile values in the members that the operation has. */
export class Fuzzer {
  readonly #random: Random
  readonly #known: Known

  constructor(random: Random, known: Known) {
    this.#random = random
    this.#known = known
  }

  request(operation: Operation): RawRequest {
    const { service, name } = operation
    if (operation.http) return this.#rest(operation)
    const target = targetOf(service, name)
    return { service, target, body: this.#damage(target ? this.#json(operation) : this.#form(operation)) }
  }

  #rest(operation: Operation): RawRequest {
    const { method = 'POST', path: pattern = '/' } = operation.http ?? {}
    const root = NormalizedSchema.of(operation.input)
    const at = (name: string) =>
      encodeURIComponent(this.#value(name, root.getMemberSchema(name)).replace(/\p{Surrogate}/gu, ''))
    const path =
      pattern.replace(/\{(\w+)\}/, (_, name: string) => at(name)) + this.#random.of(['', '?tagKeys=a', '?%', '/'])
    const body = method === 'GET' ? undefined : this.#damage(this.#json(operation))
    return { service: operation.service, method, path, ...(body !== undefined && { body }) }
  }

  /** Most requests stay whole: damage is found by the reader, before any handler. */
  #damage(body: string): string {
    if (this.#random.int(8) > 0) return body
    const at = this.#random.int(body.length + 1)
    const junk = this.#random.of(['', '&', '=', '.1', '%', '%ff', '\u0000', '"', '}', this.#random.of(HOSTILE)])
    return body.slice(0, at) + junk + body.slice(at + this.#random.int(3))
  }

  #value(name: string, schema: NormalizedSchema): string {
    if (this.#random.int(6) === 0) return this.#random.of(HOSTILE)
    if (schema.isBooleanSchema()) return this.#random.of(['true', 'false'])
    if (schema.isNumericSchema() || schema.isTimestampSchema()) return this.#random.of(NUMBERS)
    const known = this.#known[name] ?? this.#known[name.replace(/s$/, '')]
    return this.#random.of(known ?? [...HOSTILE, ...Object.values(this.#known).flat()])
  }

  #form({ service, name, input }: Operation): string {
    const form = new URLSearchParams({ Action: name })
    const root = NormalizedSchema.of(input)
    for (const part of this.#members(root)) this.#fill(form, ...part, service === 'ec2' ? 'ec2' : 'query')
    return form.toString()
  }

  #fill(form: URLSearchParams, name: string, member: NormalizedSchema, dialect: 'ec2' | 'query', above = ''): void {
    const path = above + wireName(member, name, dialect)
    const end = member.isListSchema() ? this.#random.of(['.1', '.2', '.0', '']) : ''
    const item = member.isListSchema() ? member.getValueSchema() : member
    const at = path + (end && dialect === 'query' ? `.member${end}` : end)
    if (!item.isStructSchema()) form.append(at, this.#value(name, item))
    else for (const part of this.#members(item)) this.#fill(form, ...part, dialect, `${at}.`)
  }

  /** What is required, nearly always, and a few others. */
  #members(schema: NormalizedSchema): [name: string, member: NormalizedSchema][] {
    const members = [...membersOf(schema)]
    return members.flatMap(([name, member, required]) => {
      const chance = required || /Id|Name|Count/.test(name) ? 2 : members.length
      return this.#random.int(chance) === 0 || (required && this.#random.int(8) > 0) ? [[name, member]] : []
    })
  }

  #json({ input }: Operation): string {
    return this.#jsonValue('', NormalizedSchema.of(input), 0)
  }

  #jsonValue(name: string, schema: NormalizedSchema, depth: number): string {
    if (this.#random.int(30) === 0 || depth > 6) return this.#random.of(WRONG_JSON)
    if (schema.isStructSchema()) {
      const fields = this.#members(schema).map(
        ([name, member]) => `"${name}":${this.#jsonValue(name, member, depth + 1)}`
      )
      return `{${fields.join()}}`
    }
    if (schema.isListSchema()) return `[${this.#jsonValue(name, schema.getValueSchema(), depth + 1)}]`
    if (schema.isMapSchema())
      return `{${JSON.stringify(this.#random.of(HOSTILE))}:${this.#jsonValue(name, schema.getValueSchema(), depth + 1)}}`
    if (schema.isBooleanSchema()) return this.#random.of(['true', 'false'])
    if (schema.isNumericSchema() || schema.isTimestampSchema()) return this.#random.of(NUMBERS)
    return JSON.stringify(this.#value(name, schema))
  }
}
