import { Job } from '../job.mjs'

/** Runs a job that a world begins with. Result: its outputs. Errors: Error where it failed. */
export async function run(place, order) {
  const job = new Job(place, order, 0)
  try {
    const { code, log, texts } = await job.main()
    if (code !== 0) throw new Error(`A world could not be made: ${log}`)
    const found = texts.GITHUB_OUTPUT.matchAll(/^(.+?)<<(.+)\n([\s\S]*?)\n\2$/gm)
    return Object.fromEntries([...found].map(([, name, , value]) => [name, value]))
  } finally {
    job.end()
  }
}
