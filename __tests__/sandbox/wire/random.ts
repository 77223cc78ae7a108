import { NormalizedSchema } from '@smithy/core/schema'
import { membersOf, type SchemaRef } from '../../../src/sandbox/wire/schema.ts'

/** Deep enough for every request of EC2; what contains itself (FilterGroup of SSM, say) ends here. */
const MAX_DEPTH = 12
const CHARACTERS = [...'abcXYZ019 éü漢😀<>&"\'=+%;/?#[]{}\\-_.:']

/** Random numbers, the same in every run of a test (mulberry32). */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed
  }

  /** A whole number from 0 to `below` - 1. */
  int(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }

  of<T>(items: readonly T[]): T {
    return items[this.int(items.length)] as T
  }

  /** Text without white space at its ends, which XML readers may take away. */
  text(): string {
    return `a${Array.from({ length: this.int(12) }, () => this.of(CHARACTERS)).join('')}z`
  }

  /** A value of this schema with something in every member. */
  value(schema: SchemaRef): unknown {
    return this.#value(NormalizedSchema.of(schema), 0)
  }

  #value(schema: NormalizedSchema, depth: number): unknown {
    if (schema.isUnitSchema()) return undefined
    if (schema.isStructSchema()) return this.#structure(schema, depth)
    if (schema.isListSchema()) return depth > MAX_DEPTH ? [] : this.#pair(schema, depth)
    if (schema.isMapSchema()) {
      const [first, second] = depth > MAX_DEPTH ? [] : this.#pair(schema, depth)
      return { [this.text()]: first, 'b c': second }
    }
    if (schema.isBlobSchema()) return new Uint8Array(Buffer.from(this.text()))
    if (schema.isTimestampSchema()) return new Date(1_700_000_000_000 + this.int(1e6) * 1000)
    if (schema.isBooleanSchema()) return this.int(2) === 1
    if (schema.isNumericSchema()) return this.int(100_000)
    return this.text()
  }

  #pair(schema: NormalizedSchema, depth: number): unknown[] {
    const member = schema.getValueSchema()
    return [this.#value(member, depth + 1), this.#value(member, depth + 1)]
  }

  #structure(schema: NormalizedSchema, depth: number): Record<string, unknown> {
    const made: Record<string, unknown> = {}
    for (const [name, member, required] of membersOf(schema)) {
      if (required || depth <= MAX_DEPTH) made[name] = this.#value(member, depth + 1)
    }
    return made
  }
}
