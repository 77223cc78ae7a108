import { keep } from '../machine.ts'
import { register } from '../tasks.ts'
import type { Command } from './commands.ts'

const ACTION = String.raw`\(new-scheduledtaskaction -execute shutdown\.exe -argument '\/s \/f \/t 0'\)`
const TRIGGER = String.raw`\(new-scheduledtasktrigger -once -at \(get-date\)\.addseconds\((?<seconds>\d+)\)\)`

/**
 * Of the Task Scheduler what shuts a machine down once: the whole of a line, as there are cmdlets in it.
 *
 * @see https://learn.microsoft.com/en-us/powershell/module/scheduledtasks/register-scheduledtask
 */
export const REGISTER_TASK: Command = {
  pattern: new RegExp(
    `^register-scheduledtask -taskname (?<name>[\\w-]+) -user system -action ${ACTION} -trigger ${TRIGGER}(?: -force)?$`,
    'i'
  ),
  act: ({ machine }, { name = '', seconds }) => {
    register(machine, name, new Date(machine.world.clock.now().getTime() + Number(seconds) * 1000))
  }
}

/** @see https://learn.microsoft.com/en-us/powershell/module/scheduledtasks/unregister-scheduledtask */
export const UNREGISTER_TASK: Command = {
  pattern: /^unregister-scheduledtask -taskname (?<name>[\w-]+) -confirm:\$false$/i,
  act: (shell, { name = '' }) => {
    const { machine } = shell
    if (!machine.system.tasks.delete(name)) {
      return shell.fail(
        `Unregister-ScheduledTask : No MSFT_ScheduledTask objects found with property 'TaskName' equal to '${name}'.`
      )
    }
    keep(machine)
  }
}
