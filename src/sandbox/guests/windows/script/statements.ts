/** A script as its structure has it: commands are text yet. */
export type Statement = Command | If | Try

export interface Command {
  readonly kind: 'command'
  readonly text: string
  readonly line: number
}

export interface If {
  readonly kind: 'if'
  readonly branches: readonly Branch[]
  readonly line: number
}

interface Branch {
  /** Undefined for `else`. */
  readonly condition: string | undefined
  readonly body: readonly Statement[]
}

export interface Try {
  readonly kind: 'try'
  readonly body: readonly Statement[]
  /** Undefined where there is no `catch`. */
  readonly handler: readonly Statement[] | undefined
  readonly atEnd: readonly Statement[]
  readonly line: number
}
