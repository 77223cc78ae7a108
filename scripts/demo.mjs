// `npm run demo`: bakes examples/demo/recipe.yml through the committed bundle, boots a second instance from the image,
// and shows what the bake left in it. Needs no AWS account: everything runs against the embedded EC2.
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  DescribeInstancesCommand,
  EC2Client,
  RunInstancesCommand,
  TerminateInstancesCommand
} from '@aws-sdk/client-ec2'
import { GetCommandInvocationCommand, SendCommandCommand, SSMClient } from '@aws-sdk/client-ssm'

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'
const REGION = 'us-east-1'
const title = text => console.log(`\n\u001b[1m${text}\u001b[0m`)

const mountsBefore = readFileSync('/proc/self/mounts', 'utf8').split('\n')
const folder = await mkdtemp(join(tmpdir(), 'demo-'))
const sandbox = await startSandbox()
try {
  title('1. Bake: dist/main/index.js, started as GitHub starts it')
  const { outputs, summary } = await bake()
  title(`2. Boot a second instance from ${outputs['image-id']} and read what the bake wrote`)
  console.log(
    await readFromNewInstance(
      outputs['image-id'],
      'cat /etc/golden-image; ls -l /opt/releases; head -c 120 /srv/status/index.html'
    )
  )
  title('3. The job summary')
  console.log(summary)
  title('4. What is left')
  console.log(`instances: ${await listInstances()}`)
} finally {
  await stopSandbox()
  await rm(folder, { recursive: true })
}
console.log(`processes: ${listProcesses()}\nmounts: ${listMounts()}`)
title(`Done in ${Math.round(performance.now() / 1000)} s`)

async function startSandbox() {
  const child = spawn(process.execPath, ['dist/sandbox/index.js', '--latency', '0.02'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true // a session of its own, so that its processes can be told from others
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(signal, () => {
      child.kill('SIGTERM')
      rmSync(folder, { recursive: true, force: true })
      process.exit(1)
    })
  }
  const [line] = await Promise.race([
    new Promise(resolve => createInterface({ input: child.stdout }).once('line', text => resolve([text]))),
    new Promise((_, reject) => child.once('exit', code => reject(new Error(`The sandbox ended with ${code}`))))
  ])
  const endpoint = line.replace('AWS_ENDPOINT_URL=', '')
  const options = { region: REGION, endpoint, credentials: { accessKeyId: '111122223333', secretAccessKey: 'demo' } }
  return { child, endpoint, ec2: new EC2Client(options), ssm: new SSMClient(options) }
}

async function listInstances() {
  const { Reservations } = await sandbox.ec2.send(new DescribeInstancesCommand({}))
  const alive = Reservations.flatMap(({ Instances }) => Instances).filter(
    ({ State }) => !['shutting-down', 'terminated'].includes(State.Name)
  )
  return alive.map(({ InstanceId }) => InstanceId).join(', ') || 'none'
}

/** The sandbox's own and all that descend from it, by the session that they share. */
function listProcesses() {
  const processes = readdirSync('/proc').flatMap(pid => {
    const [, command, , , , session] = /^\d+ \((.*)\) (\S) (\d+) (\d+) (\d+)/.exec(readProc(pid)) ?? []
    return session === String(sandbox.child.pid) ? [`${pid} ${command}`] : []
  })
  return processes.join(', ') || 'none'
}

function readProc(pid) {
  try {
    return /^\d+$/.test(pid) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : ''
  } catch {
    return '' // it has ended meanwhile
  }
}

function listMounts() {
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n')
  return mounts.filter(line => !mountsBefore.includes(line)).join(', ') || 'none'
}

async function stopSandbox() {
  const ended = new Promise(resolve => sandbox.child.once('exit', resolve))
  sandbox.child.kill('SIGTERM')
  await ended
}

async function bake() {
  const files = Object.fromEntries(
    ['OUTPUT', 'STEP_SUMMARY', 'STATE'].map(name => [`GITHUB_${name}`, join(folder, name)])
  )
  for (const file of Object.values(files)) await writeFile(file, '')
  const env = {
    PATH: process.env.PATH,
    RUNNER_TEMP: folder,
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    ...files,
    AWS_ENDPOINT_URL: sandbox.endpoint,
    AWS_ACCESS_KEY_ID: '111122223333',
    AWS_SECRET_ACCESS_KEY: 'demo',
    INPUT_COMMAND: 'bake',
    INPUT_RECIPE: 'examples/demo/recipe.yml',
    'INPUT_AWS-REGION': REGION
  }
  const child = spawn(process.execPath, ['dist/main/index.js'], { env, stdio: ['ignore', 'inherit', 'inherit'] })
  const code = await new Promise(resolve => child.once('exit', resolve))
  if (code !== 0) throw new Error(`The bake ended with ${code}`)
  return {
    outputs: parseOutputs(await readFile(files.GITHUB_OUTPUT, 'utf8')),
    summary: await readFile(files.GITHUB_STEP_SUMMARY, 'utf8')
  }
}

/** `NAME<<DELIMITER`, the value's lines, `DELIMITER`. */
function parseOutputs(text) {
  return Object.fromEntries(
    [...text.matchAll(/^(.+?)<<(.+)\n([\s\S]*?)\n\2$/gm)].map(([, name, , value]) => [name, value])
  )
}

async function readFromNewInstance(imageId, script) {
  const { ec2, ssm } = sandbox
  const {
    Instances: [{ InstanceId: id }]
  } = await ec2.send(
    new RunInstancesCommand({
      ImageId: imageId,
      InstanceType: 't3.small',
      MinCount: 1,
      MaxCount: 1,
      IamInstanceProfile: { Name: 'ami-builder' }
    })
  )
  const {
    Command: { CommandId }
  } = await retry(() =>
    ssm.send(
      new SendCommandCommand({
        DocumentName: 'AWS-RunShellScript',
        InstanceIds: [id],
        Parameters: { commands: [script] }
      })
    )
  )
  const output = await retry(async () => {
    const { Status, StandardOutputContent } = await ssm.send(
      new GetCommandInvocationCommand({ CommandId, InstanceId: id })
    )
    if (Status !== 'Success') throw new Error(`The command is ${Status}`)
    return StandardOutputContent
  })
  await ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }))
  await retry(async () => {
    const {
      Reservations: [reservation]
    } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }))
    const state = reservation.Instances[0].State.Name
    if (state !== 'terminated') throw new Error(`The instance is ${state}`)
  })
  return output
}

/** Repeats what fails while the instance boots or a command runs, for 30 s. */
async function retry(attempt) {
  for (let left = 150; ; left--) {
    try {
      return await attempt()
    } catch (error) {
      if (left === 0) throw error
      await sleep(200)
    }
  }
}
