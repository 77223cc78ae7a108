import { DeleteSecurityGroupCommand } from '@aws-sdk/client-ec2'
import { afterAll, beforeAll } from '@jest/globals'
import type { Ended, Job } from './support/action.ts'
import {
  actAndClean,
  actAndLose,
  BEST_EFFORT,
  BY_ITSELF,
  bake,
  FRIEND,
  job,
  UNSEEN,
  WINDOWS
} from './support/bake-jobs.ts'
import { makeKey } from './support/image.ts'
import type { Scenario } from './support/policies.ts'
import { testPolicy } from './support/policy-tests.ts'
import { Sandbox } from './support/sandbox.ts'
import { hasGuests } from './support/with-guests.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start()
})
afterAll(() => sandbox[Symbol.asyncDispose]())

const verifying = (name: string, text: string, more: Partial<Scenario> = {}): Scenario => ({
  name,
  isRepeatable: true,
  prepare: async account => {
    await makeKey(sandbox, account, 'us-east-1', 'alias/root', [FRIEND])
    const imageId = await bake(sandbox, account, text)
    await sandbox.post('seed', { account, findings: [{ imageId, findings: [] }] })
    return job(text, { command: 'verify', 'image-id': imageId })
  },
  ...more
})

/** The builders' group is gone, as in a VPC where nobody has baked. */
async function actWithoutGroup(run: Job, account: string): Promise<Ended> {
  await sandbox.ec2(account).send(new DeleteSecurityGroupCommand({ GroupName: 'ami-action-builder' }))
  return run.run()
}

const VERIFY: readonly Scenario[] = [
  verifying('a verification', WINDOWS),
  verifying('the post step of a verification', WINDOWS, { act: actAndClean, isRepeatable: false }),
  verifying('the first instance in a VPC', WINDOWS, { act: actWithoutGroup, isRepeatable: false }),
  verifying('a command whose answer is lost', WINDOWS, { act: actAndLose, isRepeatable: false }),
  ...(hasGuests ? [verifying('instances that tell by themselves', withoutProfile(BY_ITSELF))] : [])
]

function withoutProfile(text: string): string {
  return `${text.replace(', instance-profile: ami-builder', '')}verify: { findings: { unscanned: warn } }\n`
}

testPolicy({
  name: 'verify',
  sandbox: () => sandbox,
  scenarios: VERIFY,
  bestEffort: [...BEST_EFFORT, 'ec2:GetImageAncestry', 'ec2:TerminateInstances'],
  unseen: UNSEEN
})
