import type { Sandbox } from './sandbox.ts'

/** From now on the account may do everything but this. */
export const deny = (sandbox: Sandbox, account: string, Action: string): Promise<void> =>
  sandbox.post('policies', [
    {
      principal: `arn:aws:iam::${account}:user/*`,
      document: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Action: '*', Resource: '*' },
          { Effect: 'Deny', Action, Resource: '*' }
        ]
      }
    }
  ])
