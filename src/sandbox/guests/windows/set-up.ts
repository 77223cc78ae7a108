import { makePasswordData } from '../../ec2/instances/password.ts'
import { WINDOWS_SECONDS } from './durations.ts'
import { goDown, keep, type Machine, say } from './machine.ts'
import { agentOf, deleteFiles, isSealed, makeIdentity, releaseOf, writeFiles } from './system.ts'
import { runUserData } from './user-data.ts'

/**
 * Starts Windows: a sealed installation goes through specialize and OOBE first, then the launch agent does its tasks.
 * Resolves when the SSM agent starts; that is never where setup cannot go on. Errors: PoweredOff.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sysprep-using-ec2launchv2.html
 */
export async function startUp(machine: Machine): Promise<void> {
  const { system, power } = machine
  await power.wait(WINDOWS_SECONDS.boot)
  if (system.imageState === 'IMAGE_STATE_UNDEPLOYABLE') return giveUp(machine)
  if (isSealed(system)) await finishSetup(machine)
  await doTasks(machine)
}

/** What Sysprep was interrupted in cannot be used any more: EC2 sees an instance that is not reachable. */
async function giveUp(machine: Machine): Promise<never> {
  say(machine, 'Windows could not finish configuring the system. SysprepState=IMAGE_STATE_UNDEPLOYABLE')
  goDown(machine, 'crash')
  await machine.power.wait(0)
  throw new Error('a machine that is off goes on')
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
 * Logs and state are only there once it has run; without them it does again what is to be done once.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2launch-v2.html
 */
async function doTasks(machine: Machine): Promise<void> {
  const { system, power } = machine
  const { version, state, logs, saysReadyAlways } = agentOf(system)
  await power.wait(WINDOWS_SECONDS.tasks)
  describeItself(machine, version)
  const isScheduled = isDueOnce(machine)
  if (isScheduled) setPassword(machine)
  if (isScheduled || saysReadyAlways || system.saysReady) say(machine, 'Message: Windows is Ready to use')
  machine.isSetUp = true
  writeFiles(system, logs)
  system.isScheduled = false
  writeFiles(system, state)
  keep(machine)
  await runUserData(machine, isScheduled, () => scheduleAgain(machine))
}

/** EC2Launch v2 takes the file as its word: whoever deletes it, or resets the agent, has it do all once more. */
const isDueOnce = ({ system }: Machine): boolean => {
  const [marker] = agentOf(system).state
  return system.isScheduled || (marker !== undefined && !system.files.has(marker.toLowerCase()))
}

function scheduleAgain({ system }: Machine): void {
  system.isScheduled = true
  deleteFiles(system, agentOf(system).state)
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
  const { caption, version: os, agent } = releaseOf(system)
  for (const line of [
    `OsVersion: ${os}`,
    `OsProductName: ${caption.replace('Microsoft ', '')}`,
    `Launch: ${agent} ${version}`,
    `AMI-ID: ${record.instance.ImageId}`,
    `Instance-ID: ${record.instance.InstanceId}`,
    `RDPCERTIFICATE-SUBJECTNAME: ${system.computerName}`
  ]) {
    say(machine, line)
  }
}
