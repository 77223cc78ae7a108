import type { LaunchPermission, ModifyImageAttributeRequest } from '@aws-sdk/client-ec2'
import { invalidValue, missingParameter } from '../../errors.ts'

export interface PermissionChange {
  readonly add: readonly LaunchPermission[]
  readonly remove: readonly LaunchPermission[]
}

const ORGANIZATION = /^arn:aws[a-z-]*:organizations::\d{12}:organization\/o-[a-z0-9]+$/
const UNIT = /^arn:aws[a-z-]*:organizations::\d{12}:ou\/o-[a-z0-9]+\/ou-[a-z0-9-]+$/

/**
 * The launch permissions that a request adds and removes: in LaunchPermission, or in the older form with
 * OperationType, UserId, UserGroup, OrganizationArn and OrganizationalUnitArn. Undefined where it has none of them.
 * Errors: MissingParameter, InvalidParameterValue.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyImageAttribute.html
 */
export function readPermissions(input: ModifyImageAttributeRequest): PermissionChange | undefined {
  const { OperationType: operation, LaunchPermission: { Add = [], Remove = [] } = {} } = input
  const older = readOlder(input)
  for (const permission of [...Add, ...Remove, ...older]) checkPermission(permission)
  const isNewer = Add.length + Remove.length > 0
  if (older.length === 0 && !isNewer) return undefined
  // Packer gives both forms, the older one without its operation.
  if (older.length === 0 || (isNewer && operation === undefined)) return { add: Add, remove: Remove }
  if (operation === undefined) throw missingParameter('OperationType')
  if (operation !== 'add' && operation !== 'remove') throw invalidValue('OperationType', operation, 'add or remove')
  if (operation === 'remove') return { add: Add, remove: [...Remove, ...older] }
  return { add: [...Add, ...older], remove: Remove }
}

const readOlder = (input: ModifyImageAttributeRequest): LaunchPermission[] => [
  ...(input.UserIds ?? []).map(UserId => ({ UserId })),
  ...(input.UserGroups ?? []).map(Group => ({ Group: Group as 'all' })),
  ...(input.OrganizationArns ?? []).map(OrganizationArn => ({ OrganizationArn })),
  ...(input.OrganizationalUnitArns ?? []).map(OrganizationalUnitArn => ({ OrganizationalUnitArn }))
]

function checkPermission(permission: LaunchPermission): void {
  const { UserId: user, Group: group, OrganizationArn: organization, OrganizationalUnitArn: unit } = permission
  if (user !== undefined && !/^\d{12}$/.test(user)) throw invalidValue('UserId', user, 'an account id of twelve digits')
  if (group !== undefined && group !== 'all') throw invalidValue('Group', group, 'all')
  if (organization !== undefined && !ORGANIZATION.test(organization)) {
    throw invalidValue('OrganizationArn', organization, 'the ARN of an organization')
  }
  if (unit !== undefined && !UNIT.test(unit)) {
    throw invalidValue('OrganizationalUnitArn', unit, 'the ARN of an organizational unit')
  }
}

/** The permissions after the change: each once; to remove one that is not there changes nothing. */
export function changePermissions(
  old: readonly LaunchPermission[],
  { add, remove }: PermissionChange
): LaunchPermission[] {
  const keyOf = (permission: LaunchPermission) => JSON.stringify(Object.entries(permission).sort())
  const left = new Map([...old, ...add].map(permission => [keyOf(permission), permission]))
  for (const permission of remove) left.delete(keyOf(permission))
  return [...left.values()]
}
