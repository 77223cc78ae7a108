import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { newAccount, Sandbox } from '../e2e/support/sandbox.ts'
import { environment, has, run } from './programs.ts'

/** The first Python that has boto3: Debian's own, where another comes first on the path. */
const python = ['python3', '/usr/bin/python3'].find(program => has(program, '-c', 'import boto3'))
const withBoto3 = python ? test : test.skip

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start('--guests', 'scripted')
})
afterAll(() => sandbox[Symbol.asyncDispose]())

const SCRIPT = `
import boto3, json, os
endpoint = os.environ['AWS_ENDPOINT_URL']
ec2 = boto3.resource('ec2', endpoint_url=endpoint)
client = ec2.meta.client
ssm = boto3.client('ssm', endpoint_url=endpoint)
said = {}

base = ssm.get_parameter(Name='/aws/service/debian/release/12/latest/amd64')['Parameter']['Value']
[instance] = ec2.create_instances(ImageId=base, InstanceType='t3.micro', MinCount=1, MaxCount=1)
instance.wait_until_running()
instance.reload()
said['root'] = instance.root_device_name

image = instance.create_image(Name='boto', NoReboot=True)
image.wait_until_exists()
client.get_waiter('image_available').wait(ImageIds=[image.id], WaiterConfig={'Delay': 1})
image.create_tags(Tags=[{'Key': 'team', 'Value': 'web'}])
image.reload()
said['image'] = {'name': image.name, 'tags': image.tags, 'created': image.creation_date, 'state': image.state}
instance.terminate()
instance.wait_until_terminated()

pages = client.get_paginator('describe_snapshots').paginate(OwnerIds=['self'], PaginationConfig={'PageSize': 5})
said['pages'] = [len(page['Snapshots']) for page in pages]

snapshot = ec2.Snapshot(image.block_device_mappings[0]['Ebs']['SnapshotId'])
said['snapshot'] = snapshot.state
try:
    snapshot.delete()
except client.exceptions.ClientError as error:
    said['refused'] = error.response['Error']['Code']
image.deregister()
snapshot.delete()
said['left'] = [each.id for each in ec2.snapshots.filter(OwnerIds=['self'], Filters=[{'Name': 'description', 'Values': ['*boto*']}])]
print(json.dumps(said))
`

withBoto3(
  "boto3's resources, waiters and paginators work",
  async () => {
    const account = newAccount()
    await sandbox.post('seed', { account, images: [{ count: 12, Image: { Name: 'web-{n}' } }] })
    const { stdout } = await run(python ?? '', ['-c', SCRIPT], { env: environment(sandbox, account) })
    expect(JSON.parse(stdout)).toEqual({
      root: '/dev/xvda',
      image: {
        name: 'boto',
        tags: [{ Key: 'team', Value: 'web' }],
        created: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        state: 'available'
      },
      pages: [5, 5, 3],
      snapshot: 'completed',
      refused: 'InvalidSnapshot.InUse',
      left: []
    })
  },
  120_000
)
