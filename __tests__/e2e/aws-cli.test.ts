import type { DescribeImagesResult, DescribeSnapshotsResult } from '@aws-sdk/client-ec2'
import { expect } from '@jest/globals'
import { Job } from './support/action.ts'
import { awsCli, hasAwsCli, READER } from './support/aws-cli.ts'
import { recipe } from './support/recipes.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'
import { test } from './support/with-guests.ts'

async function readWithCli(url: string, account: string, imageId: string) {
  const aws = awsCli(url, account)
  const { Images: [image] = [] } = await aws<DescribeImagesResult>(
    'ec2',
    'describe-images',
    '--owners',
    'self',
    '--image-ids',
    imageId
  )
  const ids = (image?.BlockDeviceMappings ?? []).flatMap(({ Ebs: ebs }) => ebs?.SnapshotId ?? [])
  const { Snapshots: snapshots = [] } = await aws<DescribeSnapshotsResult>(
    'ec2',
    'describe-snapshots',
    '--snapshot-ids',
    ...ids
  )
  return { image, snapshots }
}

async function readWithSdk(sandbox: Sandbox, account: string, imageId: string) {
  const { DescribeImagesCommand, DescribeSnapshotsCommand } = await import('@aws-sdk/client-ec2')
  const { Images: [image] = [] } = await sandbox.ec2(account).send(new DescribeImagesCommand({ ImageIds: [imageId] }))
  const ids = (image?.BlockDeviceMappings ?? []).flatMap(({ Ebs: ebs }) => ebs?.SnapshotId ?? [])
  const { Snapshots: snapshots = [] } = await sandbox
    .ec2(account)
    .send(new DescribeSnapshotsCommand({ SnapshotIds: ids }))
  return { image, snapshots }
}

test(`the ${READER} lists the image and its tagged, encrypted snapshots`, async () => {
  await using sandbox = await Sandbox.start()
  const account = newAccount()
  const volumes = 'volumes: [{ device: /dev/xvda, size: 10 }, { device: /dev/sdf, size: 4 }]\ntags: { team: platform }'
  using job = new Job(sandbox, { account, files: { 'recipe.yml': recipe(undefined, volumes) } })
  const { log, outputs } = await job.run()
  const imageId = outputs['image-id'] ?? log
  const { image, snapshots } = await (hasAwsCli
    ? readWithCli(sandbox.url, account, imageId)
    : readWithSdk(sandbox, account, imageId))
  const tag = (Key: string, Value: string) => expect.objectContaining({ Key, Value })
  expect(image?.Tags).toEqual(
    expect.arrayContaining([tag('ami-action:self', imageId), tag('ami-action:family', 'web'), tag('team', 'platform')])
  )
  expect(snapshots).toHaveLength(2)
  for (const snapshot of snapshots) {
    expect(snapshot).toMatchObject({ Encrypted: true, State: 'completed', KmsKeyId: expect.stringContaining(':key/') })
    expect(snapshot.Tags).toEqual(expect.arrayContaining([tag('ami-action:family', 'web'), tag('team', 'platform')]))
  }
})
