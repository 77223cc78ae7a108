import { type Act, type Compiled, compileCommand, type Language } from './compile-command.ts'
import type { Constants } from './constants.ts'
import { readCondition } from './expressions.ts'
import { Terminated } from './shell.ts'
import type { If, Statement, Try } from './statements.ts'

/** Looks up all that a script does, before any of it is done. */
export function compile(statements: readonly Statement[], language: Language, constants: Constants): Compiled {
  const compiled = statements.map(statement => compileStatement(statement, language, constants))
  return { act: inOrder(compiled.map(({ act }) => act)), unknown: compiled.flatMap(({ unknown }) => unknown) }
}

function compileStatement(statement: Statement, language: Language, constants: Constants): Compiled {
  switch (statement.kind) {
    case 'if':
      return compileIf(statement, constants)
    case 'try':
      return compileTry(statement, constants)
    case 'command':
      return compileCommand(statement, language, constants)
  }
}

const inOrder =
  (acts: readonly Act[]): Act =>
  async shell => {
    for (const act of acts) await act(shell)
  }

/** A part that may not run: what it assigns is not the same on every machine afterwards. */
function compilePart(statements: readonly Statement[], constants: Constants): Compiled {
  const inner = new Map(constants)
  const compiled = compile(statements, 'powershell', inner)
  for (const key of inner.keys()) {
    const name = key.replace(/^set:/, '')
    if (name === key || (constants.has(key) && inner.get(name) === constants.get(name))) continue
    constants.delete(name)
    constants.set(key, '')
  }
  return compiled
}

function compileIf({ branches, line }: If, constants: Constants): Compiled {
  const unknown: string[] = []
  const compiled = branches.map(({ condition, body }) => {
    const holds = condition === undefined ? async () => true : readCondition(condition, constants)
    if (!holds) unknown.push(`not run: line ${line}: if (${condition})`)
    const inner = compilePart(body, constants)
    unknown.push(...inner.unknown)
    return { holds, act: inner.act }
  })
  const act: Act = async shell => {
    for (const branch of compiled) {
      if (await branch.holds?.(shell)) return branch.act(shell)
    }
  }
  return { act, unknown }
}

/** Only what ends the script is caught, as in PowerShell; `exit` is not. */
function compileTry({ body, handler, atEnd }: Try, constants: Constants): Compiled {
  const [tried, caught, last] = [body, handler ?? [], atEnd].map(part => compilePart(part, constants))
  const act: Act = async shell => {
    try {
      await tried?.act(shell)
    } catch (error) {
      if (!handler || !(error instanceof Terminated)) throw error
      await caught?.act(shell)
    } finally {
      await last?.act(shell)
    }
  }
  return { act, unknown: [tried, caught, last].flatMap(part => part?.unknown ?? []) }
}
