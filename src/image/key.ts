import type { Format } from './ids.ts'

/**
 * A KMS key as EC2 takes it: key id, alias, or the ARN of either.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CopyImage.html (KmsKeyId)
 */
export const KMS_KEY: Format = {
  pattern:
    /^(?:arn:aws(?:-[a-z]+)*:kms:[a-z0-9-]+:[0-9]{12}:(?:key\/(?:mrk-)?[0-9a-f-]{32,36}|alias\/[\w/-]{1,250})|alias\/[\w/-]{1,250}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$/,
  expected: 'a KMS key: an alias such as alias/golden, a key id, or an ARN'
}
