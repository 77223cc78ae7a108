import { runMain } from './action/job.ts'
import { commands } from './commands/commands.ts'

void runMain(run => commands[run.inputs.command].run(run))
