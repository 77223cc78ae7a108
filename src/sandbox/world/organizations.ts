/** An organizational unit, by ARN: the accounts directly in it, and the units nested in it. */
export interface OrganizationalUnit {
  readonly arn: string
  readonly accounts: readonly string[]
  readonly units?: readonly OrganizationalUnit[] | undefined
}

/**
 * An organization, as a tree of its root's accounts and units.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/userguide/orgs_getting-started_concepts.html
 */
export type Organization = OrganizationalUnit

/** The ARNs of all organizations and units that an account is in, whatever the depth. */
export function membershipsOf(account: string, organizations: Iterable<OrganizationalUnit>): string[] {
  return [...organizations].flatMap(({ arn, accounts, units = [] }) => {
    const within = membershipsOf(account, units)
    return within.length > 0 || accounts.includes(account) ? [arn, ...within] : []
  })
}
