import { ServiceError } from '../errors.ts'

/**
 * Ends a request that only asks whether it would be allowed; called once its parameters have been checked.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/CommonParameters.html
 */
export function stopDryRun(input: { DryRun?: boolean | undefined }): void {
  if (input.DryRun) {
    throw new ServiceError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412)
  }
}
