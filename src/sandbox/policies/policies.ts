import { ServiceError } from '../errors.ts'
import { readDocument, type Statement } from './document.ts'
import { compilePattern } from './patterns.ts'
import { roleOf } from './role-of.ts'
import { readTrust, type TrustStatement } from './trust.ts'

/** An entry of `POST /_sandbox/policies`: what the principals that match may do, and who may become them. */
interface Entry {
  readonly given: { readonly principal: string; readonly document?: object; readonly trust?: object }
  readonly statements?: readonly Statement[]
  readonly trust?: readonly TrustStatement[]
  matches(principal: string): boolean
}

/** The identity-based policies of principals, and the trust policies of roles. Who has none may do everything. */
export class Policies {
  #entries: Entry[] = []

  /**
   * Adds policies: one, or a list of them. Errors: a ServiceError that says what is wrong with one, or not modelled;
   * none is added then.
   */
  add(body: unknown): void {
    this.#entries.push(...[body].flat().map(readEntry))
  }

  /** Each as it was given, and for each statement of a document the actions that it has allowed so far. */
  list(): readonly object[] {
    return this.#entries.map(({ given, statements }) => ({
      ...given,
      ...(statements && { used: statements.map(({ used }) => [...used]) })
    }))
  }

  clear(): void {
    this.#entries = []
  }

  /** The statements that hold for a principal; undefined for one without policies. */
  of(principal: string): readonly Statement[] | undefined {
    return joined(this.#of(principal).map(({ statements }) => statements))
  }

  /** The statements of a role's trust policies; undefined for one without. */
  trustOf(role: string): readonly TrustStatement[] | undefined {
    return joined(this.#of(role).map(({ trust }) => trust))
  }

  #of(principal: string): Entry[] {
    return this.#entries.filter(({ matches }) => matches(principal))
  }
}

function joined<T>(lists: readonly (readonly T[] | undefined)[]): readonly T[] | undefined {
  const given = lists.filter(list => list !== undefined)
  return given.length > 0 ? given.flat() : undefined
}

function readEntry(entry: unknown): Entry {
  const given = (typeof entry === 'object' && entry !== null ? entry : {}) as Entry['given']
  const { principal, document, trust, ...more } = given
  const [unknown] = Object.keys(more)
  if (unknown !== undefined) throw refuse(`the field ${unknown}`)
  if (typeof principal !== 'string') throw refuse('an entry without principal')
  if (principal !== '*' && !/^arn:aws:(iam|sts)::[^:]*:./.test(principal)) throw refuse(`principal ${principal}`)
  try {
    return {
      given,
      ...((document !== undefined || trust === undefined) && { statements: readDocument(document) }),
      ...(trust !== undefined && { trust: readTrust(trust) }),
      matches: compilePrincipal(principal)
    }
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

const refuse = (what: string): ServiceError =>
  new ServiceError(
    'Policy',
    `Expected [{"principal":"arn:aws:iam::111122223333:role/bake","document":{"Version":"2012-10-17","Statement":[…]}}], not ${what}`
  )
