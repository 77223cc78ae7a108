interface Statement {
  readonly Effect?: unknown
  readonly Principal?: unknown
}

/**
 * The accounts that no statement of a key's policy lets in, not even by a condition: they can't start instances from
 * volumes that it encrypts, unless somebody makes a grant for them. A policy that can't be read names nobody.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sharingamis-explicit.html#sharing-amis-kms
 */
export function findAccountsWithoutKey(policy: string, accounts: readonly string[]): string[] {
  const principals = statementsOf(policy)
    .filter(({ Effect: effect }) => effect === 'Allow')
    .flatMap(({ Principal: principal }) => principalsOf(principal))
  return accounts.filter(account => !principals.some(name => name === '*' || accountOf(name) === account))
}

function statementsOf(policy: string): Statement[] {
  try {
    const { Statement: statements = [] } = JSON.parse(policy) as { Statement?: Statement | Statement[] }
    return [statements].flat()
  } catch {
    return []
  }
}

const principalsOf = (principal: unknown): string[] => {
  const named = typeof principal === 'object' && principal !== null ? Reflect.get(principal, 'AWS') : principal
  return [named].flat().filter(name => typeof name === 'string')
}

/** Of an account's id, or the ARN of anything in it. */
const accountOf = (name: string): string | undefined => /^(?:arn:[^:]+:(?:iam|sts)::)?(\d{12})(?::|$)/.exec(name)?.[1]
