import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { newAccount, Sandbox } from '../e2e/support/sandbox.ts'
import { bake, snapshotsOf } from './cli-steps.ts'
import { AwsCli, has, knows } from './programs.ts'

const inCli = has('aws', '--version') ? test.concurrent : test.skip
jest.setTimeout(180_000)

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start('--guests', 'scripted')
})
afterAll(() => sandbox[Symbol.asyncDispose]())

const cliOf = (account: string = newAccount(), region?: string): AwsCli => new AwsCli(sandbox, account, region)

describe('the AWS CLI: images, snapshots, keys, parameters', () => {
  inCli('who is calling, and where', async () => {
    const account = newAccount()
    const cli = cliOf(account)
    expect(await cli.json('sts get-caller-identity')).toMatchObject({ Account: account })
    expect(await cli.text('ec2 describe-regions', "Regions[?RegionName=='eu-west-1'].OptInStatus")).toBe(
      'opt-in-not-required'
    )
    expect(await cli.text('ec2 describe-availability-zones', 'length(AvailabilityZones)')).toMatch(/^[3-6]$/)
    expect(await cli.text('ec2 describe-vpcs --filters Name=is-default,Values=true', 'length(Vpcs)')).toBe('1')
  })

  inCli('an image from its birth over sharing and deprecation to its end', async () => {
    const cli = cliOf()
    const image = await bake(cli, 'web-1', '--tag-specifications', 'ResourceType=image,Tags=[{Key=team,Value=web}]')
    expect(await cli.refused(`ec2 deregister-image --image-id ${image} --dry-run`)).toBe('DryRunOperation')
    await cli.json(`ec2 modify-image-attribute --image-id ${image} --launch-permission Add=[{UserId=111122223333}]`)
    expect(await cli.json(`ec2 describe-image-attribute --image-id ${image} --attribute launchPermission`)).toEqual({
      ImageId: image,
      LaunchPermissions: [{ UserId: '111122223333' }]
    })
    expect(await cliOf('111122223333').json(`ec2 describe-images --image-ids ${image}`)).not.toHaveProperty(
      'Images.0.Tags'
    )
    await cli.json(`ec2 enable-image-deprecation --image-id ${image} --deprecate-at 2030-01-31T12:00:00Z`)
    expect(await cli.text(`ec2 describe-images --image-ids ${image}`, 'Images[0].DeprecationTime')).toBe(
      '2030-01-31T12:00:00.000Z'
    )
    await cli.json(`ec2 disable-image-deprecation --image-id ${image}`)
    const [snapshot = ''] = await snapshotsOf(cli, image)
    expect(await cli.refused(`ec2 delete-snapshot --snapshot-id ${snapshot}`)).toBe('InvalidSnapshot.InUse')
    await cli.json(`ec2 deregister-image --image-id ${image}`)
    await cli.json(`ec2 delete-snapshot --snapshot-id ${snapshot}`)
    expect(await cli.refused(`ec2 describe-snapshots --snapshot-ids ${snapshot}`)).toBe('InvalidSnapshot.NotFound')
  })

  inCli('filters, wildcards and pages of its own paginator', async () => {
    const account = newAccount()
    const cli = cliOf(account)
    await sandbox.post('seed', { account, images: [{ count: 25, Image: { Name: 'web-{n}' } }] })
    expect(
      await cli.text('ec2 describe-images --owners self --filters Name=name,Values=web-1?', 'length(Images)')
    ).toBe('10')
    const snapshots = 'ec2 describe-snapshots --owner-ids self --page-size 10'
    expect(Object(await cli.json(snapshots)).Snapshots).toHaveLength(25)
    expect(await cli.json(`${snapshots} --max-items 10`)).toHaveProperty('NextToken')
    expect(await cli.refused('ec2 describe-images --filters Name=colour,Values=red')).toBe('InvalidParameterValue')
  })

  inCli('copies, encrypted with a key of the target region', async () => {
    const account = newAccount()
    const cli = cliOf(account)
    const ireland = cliOf(account, 'eu-west-1')
    const image = await bake(cli, 'copied')
    const key = await ireland.text('kms create-key', 'KeyMetadata.Arn')
    await ireland.json(`kms create-alias --alias-name alias/golden --target-key-id ${key}`)
    const source = `--source-image-id ${image} --source-region us-east-1 --name copied`
    const copy = await ireland.text(`ec2 copy-image ${source} --encrypted --kms-key-id alias/golden`, 'ImageId')
    await ireland.json(`ec2 wait image-available --image-ids ${copy}`)
    const [snapshot = ''] = await snapshotsOf(ireland, copy)
    expect(await ireland.json(`ec2 describe-snapshots --snapshot-ids ${snapshot}`)).toMatchObject({
      Snapshots: [{ Encrypted: true, KmsKeyId: key, State: 'completed', Progress: '100%' }]
    })
    const [original = ''] = await snapshotsOf(cli, image)
    const second = `--source-snapshot-id ${original} --source-region us-east-1`
    const copied = await ireland.text(`ec2 copy-snapshot ${second}`, 'SnapshotId')
    await ireland.json(`ec2 wait snapshot-completed --snapshot-ids ${copied}`)
    expect(await ireland.refused(`ec2 copy-image ${source}`)).toBe('InvalidAMIName.Duplicate')
  })

  inCli('snapshots: their making, sharing, locks and Recycle Bin', async () => {
    const cli = cliOf()
    const volume = await cli.text('ec2 create-volume --availability-zone us-east-1a --size 1', 'VolumeId')
    await cli.json(`ec2 wait volume-available --volume-ids ${volume}`)
    const snapshot = await cli.text(`ec2 create-snapshot --volume-id ${volume} --description nightly`, 'SnapshotId')
    await cli.json(`ec2 wait snapshot-completed --snapshot-ids ${snapshot}`)
    const shared = `--snapshot-id ${snapshot} --attribute createVolumePermission`
    await cli.json(`ec2 modify-snapshot-attribute ${shared} --operation-type add --user-ids 111122223333`)
    expect(await cli.json(`ec2 describe-snapshot-attribute ${shared}`)).toMatchObject({
      CreateVolumePermissions: [{ UserId: '111122223333' }]
    })
    const rule = '--resource-type EBS_SNAPSHOT --retention-period RetentionPeriodValue=7,RetentionPeriodUnit=DAYS'
    expect(await cli.text(`rbin create-rule ${rule}`, 'Status')).toBe('pending')
    expect(await cli.text('rbin list-rules --resource-type EBS_SNAPSHOT', 'length(Rules)')).toBe('1')
    await cli.json(`ec2 delete-snapshot --snapshot-id ${snapshot}`)
    expect(await cli.text('ec2 list-snapshots-in-recycle-bin', 'Snapshots[0].SnapshotId')).toBe(snapshot)
    expect(await cli.text(`ec2 restore-snapshot-from-recycle-bin --snapshot-id ${snapshot}`, 'SnapshotId')).toBe(
      snapshot
    )
    expect(await cli.text(`ec2 describe-snapshots --snapshot-ids ${snapshot}`, 'Snapshots[0].Description')).toBe(
      'nightly'
    )
  })

  inCli('parameters: versions, labels, history', async () => {
    const cli = cliOf()
    const image = await bake(cli, 'golden')
    const put = `ssm put-parameter --name /golden/web --type String`
    expect(await cli.text(`${put} --data-type aws:ec2:image --value ${image}`, 'Version')).toBe('1')
    expect(await cli.text('ssm get-parameter --name /golden/web', 'Parameter.Value')).toBe(image)
    await cli.json(`ssm label-parameter-version --name /golden/web --parameter-version 1 --labels stable`)
    expect(await cli.text('ssm get-parameter --name /golden/web:stable', 'Parameter.Version')).toBe('1')
    expect(await cli.text('ssm get-parameter-history --name /golden/web', 'Parameters[0].Labels[0]')).toBe('stable')
    expect(await cli.refused(`${put} --value again`)).toBe('ParameterAlreadyExists')
    const id = await cli.text(
      `ec2 run-instances --image-id resolve:ssm:/golden/web:stable --instance-type t3.micro`,
      'Instances[0].ImageId'
    )
    expect(id).toBe(image)
  })

  inCli('keys: aliases, grants, the default of EBS', async () => {
    const cli = cliOf()
    const key = await cli.text('kms create-key --description golden', 'KeyMetadata.KeyId')
    await cli.json(`kms create-alias --alias-name alias/web --target-key-id ${key}`)
    expect(await cli.text('kms describe-key --key-id alias/web', 'KeyMetadata.KeyId')).toBe(key)
    const grant = await cli.text(
      `kms create-grant --key-id ${key} --grantee-principal arn:aws:iam::111122223333:root --operations Decrypt CreateGrant`,
      'GrantId'
    )
    expect(await cli.text(`kms list-grants --key-id ${key}`, 'Grants[0].GrantId')).toBe(grant)
    await cli.json(`kms revoke-grant --key-id ${key} --grant-id ${grant}`)
    await cli.json('ec2 enable-ebs-encryption-by-default')
    await cli.json(`ec2 modify-ebs-default-kms-key-id --kms-key-id alias/web`)
    const volume = await cli.json('ec2 create-volume --availability-zone us-east-1a --size 1')
    expect(volume).toMatchObject({ Encrypted: true, KmsKeyId: expect.stringContaining(key) })
  })

  if (knows('ec2 disable-image')) {
    inCli(
      'what is newer than Debian 12: disabling, protection, ancestry, snapshots that go with their image',
      async () => {
        const cli = cliOf()
        const image = await bake(cli, 'newer')
        await cli.json(`ec2 modify-image-attribute --image-id ${image} --launch-permission Add=[{UserId=111122223333}]`)
        await cli.json(`ec2 disable-image --image-id ${image}`)
        expect(await cli.text('ec2 describe-images --owners self', 'length(Images)')).toBe('0')
        expect(await cli.text('ec2 describe-images --owners self --include-disabled', 'Images[0].State')).toBe(
          'disabled'
        )
        await cli.json(`ec2 enable-image --image-id ${image}`)
        const attribute = `ec2 describe-image-attribute --image-id ${image} --attribute launchPermission`
        expect(await cli.json(attribute)).toEqual({ ImageId: image, LaunchPermissions: [] })
        await cli.json(`ec2 enable-image-deregistration-protection --image-id ${image} --no-with-cooldown`)
        expect(await cli.refused(`ec2 deregister-image --image-id ${image}`)).toBe('OperationNotPermitted')
        await cli.json(`ec2 disable-image-deregistration-protection --image-id ${image}`)
        expect(await cli.text(`ec2 get-image-ancestry --image-id ${image}`, 'ImageAncestryEntries[0].ImageId')).toBe(
          image
        )
        const [snapshot = ''] = await snapshotsOf(cli, image)
        expect(await cli.json(`ec2 deregister-image --image-id ${image} --delete-associated-snapshots`)).toEqual({
          Return: true,
          DeleteSnapshotResults: [{ SnapshotId: snapshot, ReturnCode: 'success' }]
        })
      }
    )
  }
})
