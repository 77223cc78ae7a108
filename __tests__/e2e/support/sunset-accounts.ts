import { Job, type JobOptions } from './action.ts'
import { dueAt, HEAD, keepInBin, ownId, type SeededImage, seedFamily } from './family.ts'
import { recipe } from './recipes.ts'
import type { Sandbox } from './sandbox.ts'

export const FRIEND = '111122223333'

export const job = (inputs: Record<string, string> = {}): Omit<JobOptions, 'account'> => ({
  files: { 'recipe.yml': recipe(undefined, 'sunset: { keep: 1, max-images: 100, max-percent: 100 }') },
  inputs: { command: 'sunset', ...inputs }
})

export async function sunset(sandbox: Sandbox, account: string): Promise<void> {
  using run = new Job(sandbox, { account, ...job() })
  const { code, log } = await run.run()
  if (code !== 0) throw new Error(log)
}

/** A family with a published head, and an old image that is to go to its next stage; the Recycle Bin keeps it. */
export async function seed(
  sandbox: Sandbox,
  account: string,
  stage: Parameters<typeof dueAt>[0],
  more: Partial<SeededImage> = {}
) {
  const id = ownId(account, 1)
  await seedFamily(sandbox, account, [
    { ...HEAD, imageId: ownId(account, 0) },
    { ...dueAt(stage, id), ...more }
  ])
  await keepInBin(sandbox, account)
  return id
}
