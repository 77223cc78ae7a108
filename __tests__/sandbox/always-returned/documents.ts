import type { Service } from '../../../src/sandbox/wire/operations.ts'

/** The members that an operation always returns. */
export interface AlwaysReturned {
  readonly service: Service
  readonly operation: string
  /** Their paths, as `expandPaths` reads them. */
  readonly members: string
  /** The AWS document that says or shows so. */
  readonly document: string
}

/**
 * What was followed: the `example` answers of the operation's page in the AWS CLI's reference, of which each has all of
 * these members, or the `reference` of the service's API: its sample answer, and what it says of each member.
 */
type Followed = 'example' | 'reference'

export type Row = readonly [operation: string, followed: Followed, ...members: string[]]

const REFERENCES: Readonly<Record<Service, string>> = {
  ec2: 'https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_',
  autoscaling: 'https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_',
  ssm: 'https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_',
  kms: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_',
  sts: 'https://docs.aws.amazon.com/STS/latest/APIReference/API_',
  rbin: 'https://docs.aws.amazon.com/recyclebin/latest/APIReference/API_'
}

export const membersOf = (service: Service, rows: readonly Row[]): AlwaysReturned[] =>
  rows.map(([operation, followed, ...members]) => ({
    service,
    operation,
    members: `{${members.join(',')}}`,
    document: followed === 'example' ? exampleOf(service, operation) : `${REFERENCES[service]}${operation}.html`
  }))

const exampleOf = (service: Service, operation: string): string => {
  const command = operation.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()
  return `https://docs.aws.amazon.com/cli/latest/reference/${service}/${command}.html#examples`
}
