import type { AwsCli } from './programs.ts'

const AL2023 = '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64'

/** A running instance of Amazon Linux. Result: its id. */
export async function launch(cli: AwsCli, ...more: string[]): Promise<string> {
  const image = await cli.text(`ssm get-parameter --name ${AL2023}`, 'Parameter.Value')
  const id = await cli.text(
    `ec2 run-instances --image-id ${image} --instance-type t3.micro`,
    'Instances[0].InstanceId',
    ...more
  )
  await cli.json(`ec2 wait instance-running --instance-ids ${id}`)
  return id
}

/** An available image of such an instance, which is gone afterwards. Result: its id. */
export async function bake(cli: AwsCli, name: string, ...more: string[]): Promise<string> {
  const instance = await launch(cli)
  const image = await cli.text(`ec2 create-image --instance-id ${instance} --name ${name}`, 'ImageId', ...more)
  await cli.json(`ec2 wait image-available --image-ids ${image}`)
  await cli.json(`ec2 terminate-instances --instance-ids ${instance}`)
  return image
}

export const snapshotsOf = async (cli: AwsCli, image: string): Promise<string[]> =>
  (await cli.text(`ec2 describe-images --image-ids ${image}`, 'Images[0].BlockDeviceMappings[].Ebs.SnapshotId')).split(
    /\s+/
  )
