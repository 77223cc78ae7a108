import { makePasswordData } from '../../ec2/instances/password.ts'
import { WINDOWS_SECONDS } from './durations.ts'
import { goDown, keep, type Machine, say } from './machine.ts'
import { inBackground, PoweredOff } from './power.ts'
import { agentOf, isSealed, makeIdentity, releaseOf, type WindowsSystem, writeFiles } from './system.ts'
import { armTasks } from './tasks.ts'
import { isBeforeAgent, runUserData } from './user-data.ts'

/**
 * Starts Windows: a sealed installation goes through specialize and OOBE first, then the launch agent does its tasks.
 * Resolves when the SSM agent starts; that is never where setup cannot go on. Errors: PoweredOff.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sysprep-using-ec2launchv2.html
 */
export async function startUp(machine: Machine): Promise<void> {
  const { system, power } = machine
  await power.wait(WINDOWS_SECONDS.boot)
  armTasks(machine)
  if (system.imageState === 'IMAGE_STATE_UNDEPLOYABLE') return giveUp(machine)
  if (isSealed(system)) await finishSetup(machine)
  await doTasks(machine)
}

/** What Sysprep was interrupted in cannot be used any more: EC2 sees an instance that is not reachable. */
function giveUp(machine: Machine): never {
  say(machine, 'Windows could not finish configuring the system. SysprepState=IMAGE_STATE_UNDEPLOYABLE')
  goDown(machine, 'crash')
  throw new PoweredOff()
}

/** One that is powered off in between begins from the beginning at its next boot. */
async function finishSetup(machine: Machine): Promise<void> {
  const { system, power } = machine
  say(machine, 'Windows is being configured. SysprepState=IMAGE_STATE_UNDEPLOYABLE')
  await power.wait(WINDOWS_SECONDS.specialize)
  say(machine, 'Windows is being configured. SysprepState=IMAGE_STATE_UNDEPLOYABLE')
  await power.wait(WINDOWS_SECONDS.oobe)
  makeIdentity(system)
  system.imageState = 'IMAGE_STATE_COMPLETE'
  say(machine, 'Windows sysprep configuration complete.')
  keep(machine)
}

/**
 * What is to be done once is done when user data has come to its end: a restart in the middle has all of it done again.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2launch-v2-task-definitions.html
 */
async function doTasks(machine: Machine): Promise<void> {
  const { system, power } = machine
  const { version, logs, saysReadyAlways } = agentOf(system)
  await power.wait(WINDOWS_SECONDS.tasks)
  writeFiles(system, logs)
  describeItself(machine, version)
  const isDue = isDueOnce(system)
  if (isDue) setPassword(machine)
  if (isDue || saysReadyAlways || system.saysReady) say(machine, 'Message: Windows is Ready to use')
  keep(machine)
  const running = runUserData(machine, isDue).then(() => finishTasks(machine))
  if (isBeforeAgent(machine)) return running
  inBackground(running)
}

function finishTasks(machine: Machine): void {
  const { system } = machine
  machine.isSetUp = true
  if (machine.isReset) return
  system.isScheduled = false
  writeFiles(system, agentOf(system).state)
  keep(machine)
}

/** EC2Launch v2 takes the file as its word: whoever deletes it, or resets the agent, has it do all once more. */
function isDueOnce(system: WindowsSystem): boolean {
  const [marker] = agentOf(system).state
  return system.isScheduled || (marker !== undefined && !system.files.has(marker.toLowerCase()))
}

/** Without an RSA key pair nobody can learn the password. */
function setPassword(machine: Machine): void {
  const password = makePasswordData(machine.record)
  if (!password) return
  machine.record.passwordData = password
  say(machine, 'Username: Administrator')
  say(machine, `Password: <Password>\n${password}\n</Password>`)
}

function describeItself(machine: Machine, version: string): void {
  const { system, record } = machine
  const { caption, version: os } = releaseOf(system)
  for (const line of [
    `OsVersion: ${os}`,
    `OsProductName: ${caption.replace('Microsoft ', '')}`,
    `Launch: ${system.agent} ${version}`,
    `AMI-ID: ${record.instance.ImageId}`,
    `Instance-ID: ${record.instance.InstanceId}`,
    `RDPCERTIFICATE-SUBJECTNAME: ${system.computerName}`
  ]) {
    say(machine, line)
  }
}
