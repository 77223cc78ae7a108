import { expect, test } from '@jest/globals'
import { RecycleBinClient } from '../../src/aws/rbin.ts'
import { createRule, rbinOf } from '../sandbox/rbin/client.ts'
import { clientConfig, newAccount, served, startSandbox } from '../support/sandbox.ts'

const sandbox = await served(startSandbox())

// https://docs.aws.amazon.com/recyclebin/latest/APIReference/API_GetRule.html
test('rules are listed by type, and told with the tags that exclude a resource', async () => {
  const account = newAccount()
  const excluded = [{ ResourceTagKey: 'team', ResourceTagValue: 'x' }]
  const { Identifier = '' } = await createRule(rbinOf(sandbox, account), { ExcludeResourceTags: excluded })
  const client = new RecycleBinClient(clientConfig(sandbox.url, account))
  const rules = await client.readRules('EBS_SNAPSHOT')
  expect(rules).toMatchObject([
    {
      Identifier,
      ResourceType: 'EBS_SNAPSHOT',
      RetentionPeriod: { RetentionPeriodValue: 7 },
      ExcludeResourceTags: excluded
    }
  ])
  expect(await client.readRules('EC2_IMAGE')).toEqual([])
})

test('a refusal has Recycle Bin’s own name', async () => {
  const client = new RecycleBinClient(clientConfig(sandbox.url, newAccount()))
  await expect(client.readRules('NOTHING' as 'EC2_IMAGE')).rejects.toMatchObject({ name: 'ValidationException' })
})

test('without an endpoint of its own it asks AWS, signed for Recycle Bin', async () => {
  const client = new RecycleBinClient({ region: 'cn-north-1', credentials: { accessKeyId: 'A', secretAccessKey: 'S' } })
  let seen: { hostname?: string; headers?: Record<string, string> } = {}
  client.middlewareStack.add(
    () =>
      async ({ request }) => {
        seen = request as typeof seen
        throw new Error('not sent')
      },
    { step: 'finalizeRequest', priority: 'low' }
  )
  await expect(client.readRules('EC2_IMAGE')).rejects.toThrow('not sent')
  expect(seen.hostname).toBe('rbin.cn-north-1.amazonaws.com.cn')
  expect(seen.headers?.authorization).toMatch(/\/cn-north-1\/rbin\/aws4_request/)
})
