/**
 * Why DeregisterImage did not delete a snapshot, for the log: EC2's own code, and what to do about it.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSnapshotReturnCode.html
 */
export const sayReturnCode = (code: string | undefined): string =>
  code === 'missing-permissions'
    ? `${code}; allow the IAM action ec2:DeleteSnapshot for this role`
    : (code ?? 'unknown')
