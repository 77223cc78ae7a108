import { runMain } from './action/job.ts'
import { commands } from './commands/commands.ts'
import { AmiError } from './errors.ts'

void runMain(run => {
  const { command } = run.inputs
  const known = commands[command]
  if (known) return known.run(run)
  const hint = `It has ${Object.keys(commands).join(', ')}.`
  throw new AmiError('INPUT', `Input command: ${command} is not part of this version yet`, { hint })
})
