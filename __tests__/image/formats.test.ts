import { describe, expect, test } from '@jest/globals'
import {
  ACCOUNT_ID,
  DEVICE,
  type Format,
  IMAGE_ID,
  IMAGE_OWNER,
  ORGANIZATION_ARN,
  REGION,
  ROLE_ARN
} from '../../src/image/ids.ts'
import { KMS_KEY } from '../../src/image/key.ts'

const KEY_ID = '1234abcd-12ab-34cd-56ef-1234567890ab'

const formats: readonly (readonly [name: string, format: Format, good: readonly string[], bad: readonly string[]])[] = [
  [
    'image id',
    IMAGE_ID,
    ['ami-12345678', 'ami-0123456789abcdef0'],
    ['ami-1234567', 'ami-0123456789ABCDEF0', 'i-12345678', 'ami-12345678\n']
  ],
  [
    'region',
    REGION,
    ['us-east-1', 'ap-southeast-5', 'us-gov-west-1', 'cn-north-1', 'us-iso-east-1', 'eusc-de-east-1'],
    ['us-east', 'US-EAST-1', 'us-east-1a', 'europe', '']
  ],
  ['account', ACCOUNT_ID, ['012345678901'], ['12345678901', '0123456789012', 'self']],
  ['owner', IMAGE_OWNER, ['self', 'amazon', 'aws-marketplace', '136693071363'], ['me', '1']],
  [
    'role',
    ROLE_ARN,
    ['arn:aws:iam::111122223333:role/a', 'arn:aws-us-gov:iam::111122223333:role/path/to/a-b_c'],
    ['arn:aws:iam::1:role/a', 'arn:aws:iam::111122223333:user/a', 'arn:aws:sts::111122223333:assumed-role/a/b', 'a']
  ],
  [
    'organization',
    ORGANIZATION_ARN,
    ['arn:aws:organizations::111122223333:organization/o-exampleorgid'],
    ['o-exampleorgid', 'arn:aws:organizations::111122223333:ou/o-exampleorgid/ou-a']
  ],
  [
    'device',
    DEVICE,
    ['/dev/xvda', '/dev/sdf', '/dev/sda1', 'xvdb', '/dev/xvdba'],
    ['sda', '/dev/nvme0n1', '/dev/sdf;x', '/dev']
  ],
  [
    'key',
    KMS_KEY,
    [
      'alias/golden',
      'alias/aws/ebs',
      KEY_ID,
      'mrk-1234abcd12ab34cd56ef1234567890ab',
      `arn:aws:kms:us-east-1:111122223333:key/${KEY_ID}`,
      'arn:aws:kms:us-east-1:111122223333:alias/a'
    ],
    ['golden', 'alias/', 'alias/a b', 'arn:aws:kms:us-east-1:key/x', 'arn:aws:s3:::bucket']
  ]
]

describe.each(formats)('%s', (_, { pattern }, good, bad) => {
  test.each(good)('%s is one', text => expect(pattern.test(text)).toBe(true))
  test.each(bad)('%j is none', text => expect(pattern.test(text)).toBe(false))
})
