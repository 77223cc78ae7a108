import { ServiceError } from '../errors.ts'
import { readDocument, type Statement } from './document.ts'
import { compilePattern } from './patterns.ts'

/** An entry of `POST /_sandbox/policies`: what the principals that match may do. */
interface Entry {
  readonly given: { readonly principal: string; readonly document: object }
  readonly statements: readonly Statement[]
  matches(principal: string): boolean
}

/** The identity-based policies of principals. Who has none may do everything. */
export class Policies {
  #entries: Entry[] = []

  /**
   * Adds policies: one, or a list of them. Errors: a ServiceError that says what is wrong with one, or not modelled;
   * none is added then.
   */
  add(body: unknown): void {
    this.#entries.push(...[body].flat().map(readEntry))
  }

  /** Each as it was given, and for each of its statements the actions that it has allowed so far. */
  list(): readonly object[] {
    return this.#entries.map(({ given, statements }) => ({ ...given, used: statements.map(({ used }) => [...used]) }))
  }

  clear(): void {
    this.#entries = []
  }

  /** The statements that hold for a principal; undefined for one without policies. */
  of(principal: string): readonly Statement[] | undefined {
    const entries = this.#entries.filter(({ matches }) => matches(principal))
    return entries.length > 0 ? entries.flatMap(({ statements }) => statements) : undefined
  }
}

function readEntry(entry: unknown): Entry {
  const { principal, document, ...more } = (typeof entry === 'object' && entry !== null ? entry : {}) as Entry['given']
  const [unknown] = Object.keys(more)
  if (unknown !== undefined) throw refuse(`the field ${unknown}`)
  if (typeof principal !== 'string') throw refuse('an entry without principal')
  if (principal !== '*' && !/^arn:aws:(iam|sts)::[^:]*:./.test(principal)) throw refuse(`principal ${principal}`)
  try {
    return { given: { principal, document }, statements: readDocument(document), matches: compilePrincipal(principal) }
  } catch (error) {
    throw refuse(error instanceof Error ? error.message : String(error))
  }
}

/** Also matches the sessions of a role that it matches: they are `assumed-role/NAME/SESSION`, without the role's path. */
function compilePrincipal(pattern: string): (principal: string) => boolean {
  const matches = compilePattern(pattern)
  const matchesRole = compilePattern(pattern.replace(/:role\/.*\//, ':role/'))
  return principal => matches(principal) || matchesRole(roleOf(principal))
}

/** The role of a session; any other principal is itself. */
export const roleOf = (principal: string): string =>
  principal.replace(/^arn:aws:sts::(\d{12}):assumed-role\/([^/]+)\/.*$/, 'arn:aws:iam::$1:role/$2')

const refuse = (what: string): ServiceError =>
  new ServiceError(
    'Policy',
    `Expected [{"principal":"arn:aws:iam::111122223333:role/bake","document":{"Version":"2012-10-17","Statement":[…]}}], not ${what}`
  )
