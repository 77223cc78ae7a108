const TASK = 'ami-action-deadline'

/**
 * PowerShell that shuts the builder down once `seconds` have passed, whoever else is still there to end it. A scheduled
 * task outlives restarts, which Windows builds have many of, and `shutdown /t` would be in Sysprep's way; sealing takes
 * it off again.
 *
 * @see https://learn.microsoft.com/en-us/powershell/module/scheduledtasks/register-scheduledtask
 */
export const setDeadline = (seconds: number): string =>
  `Register-ScheduledTask -TaskName ${TASK} -User SYSTEM -Action (New-ScheduledTaskAction -Execute shutdown.exe -Argument '/s /f /t 0') -Trigger (New-ScheduledTaskTrigger -Once -At (Get-Date).AddSeconds(${seconds})) -Force | Out-Null\n`

/** PowerShell; where user data was not run there is nothing to take off. */
export const TAKE_DEADLINE_OFF = `Unregister-ScheduledTask -TaskName ${TASK} -Confirm:$false -ErrorAction SilentlyContinue\n`

/**
 * User data of a builder that Run Command provisions: nothing but the deadline. Result: base64.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html#user-data-powershell-scripts
 */
export const deadlineUserData = (seconds: number): string =>
  Buffer.from(`<powershell>\n${setDeadline(seconds)}</powershell>\n`).toString('base64')
