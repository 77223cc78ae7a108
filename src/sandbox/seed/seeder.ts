import { AWS_MANAGED_EBS_KEY } from '../ec2/ebs-key.ts'
import { makeDefaultVpc } from '../ec2/make-network.ts'
import { makeAlias, makeKey } from '../kms/make-key.ts'
import type { Region } from '../world/region.ts'
import type { Seeder } from '../world/world.ts'
import { seededUuid } from './deterministic.ts'
import { seedImage } from './seed-image.ts'
import { VENDOR_IMAGES } from './vendor-images.ts'

/** Has no default VPC, as an account whose owner deleted it. */
const WITHOUT_DEFAULT_VPC = '999999999999'

/**
 * What every region has from the start: vendors' images, and for each account a default VPC and the AWS-managed key
 * of EBS. All ids of images, snapshots and keys are the same in every sandbox.
 *
 * @param bases the NAMEs of `--base NAME=TAR`: images of that family stand on that root filesystem
 */
export function seederFor(bases: Iterable<string>): Seeder {
  const names = new Set(bases)
  return {
    region: (region, now) => {
      for (const vendor of VENDOR_IMAGES) seedImage(region, vendor, names, now)
    },
    account: (region, account, now) => {
      if (account !== WITHOUT_DEFAULT_VPC) makeDefaultVpc(region, account)
      addManagedKey(region, account, now)
    }
  }
}

/** The seed of a sandbox without `--base`. */
export const seeder: Seeder = seederFor([])

/** @see https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-cmk */
function addManagedKey(region: Region, account: string, now: Date): void {
  const { key } = makeKey(region, account, seededUuid(region.name, account, AWS_MANAGED_EBS_KEY), now, 'AWS')
  key.Description = 'Default key that protects my EBS volumes when no other key is defined'
  makeAlias(region, account, AWS_MANAGED_EBS_KEY, key.KeyId, now)
}
