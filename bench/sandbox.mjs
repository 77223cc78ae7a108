// `npm run bench:sandbox`: how fast the embedded EC2 answers, beside moto's server where python3 has it, in turn, in one
// run; how long 10,000 images take in pages; what 50,000 need of memory. Exits with 1 over a goal.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { startSandbox } from '../scripts/start-sandbox.mjs'

const ROUNDS = 3
const SECONDS = 5
const CLIENTS = 8
const IMAGES = 100
const GOAL_RATIO = 10
const GOAL_PAGES_MS = 2000
const GOAL_MIB = 400
const ACCOUNT = '123456789012'

const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS })
const children = []
const missed = []

try {
  await compareRates()
  await describePages()
  await measureMemory()
} finally {
  for (const child of children) child.kill('SIGTERM')
  agent.destroy()
}
if (missed.length > 0) {
  console.error(`\nGoals missed: ${missed.join('; ')}`)
  process.exitCode = 1
}

async function compareRates() {
  const servers = [{ name: 'ours', url: await startOurs(), rates: [] }]
  const moto = await startMoto()
  if (moto) servers.push({ name: moto.name, url: moto.url, rates: [] })
  else console.log('moto is not here (python3 has no moto.server): our own rate only')
  for (const { url } of servers) await registerImages(url)
  for (let round = -1; round < ROUNDS; round++) {
    for (const server of servers) {
      const rate = await measureRate(server.url)
      if (round >= 0) server.rates.push(rate)
    }
  }
  console.log(`DescribeImages of ${IMAGES} own images, ${CLIENTS} clients, ${ROUNDS} rounds of ${SECONDS} s in turn:`)
  for (const { name, rates } of servers) {
    const spread = `${Math.min(...rates).toFixed(0)} to ${Math.max(...rates).toFixed(0)}`
    console.log(`  ${name.padEnd(12)} ${median(rates).toFixed(0).padStart(6)} requests/s (${spread})`)
  }
  if (!moto) return
  const ratio = median(servers[0].rates) / median(servers[1].rates)
  console.log(`  ratio: ${ratio.toFixed(1)} (goal: ${GOAL_RATIO})`)
  if (ratio < GOAL_RATIO) missed.push(`${ratio.toFixed(1)} times moto's rate`)
}

/** The same images, made in the same way, on both. */
async function registerImages(url) {
  const volume = await call(url, 'CreateVolume', { AvailabilityZone: 'us-east-1a', Size: '8' })
  const snapshot = await call(url, 'CreateSnapshot', { VolumeId: idIn(volume, 'vol') })
  const device = { 'BlockDeviceMapping.1.DeviceName': '/dev/xvda' }
  device['BlockDeviceMapping.1.Ebs.SnapshotId'] = idIn(snapshot, 'snap')
  for (let n = 1; n <= IMAGES; n++) {
    const input = { Name: `bench-${n}`, Architecture: 'x86_64', RootDeviceName: '/dev/xvda', VirtualizationType: 'hvm' }
    await call(url, 'RegisterImage', { ...input, ...device })
  }
}

async function measureRate(url) {
  const end = Date.now() + SECONDS * 1000
  let count = 0
  const client = async () => {
    while (Date.now() < end) {
      const body = await call(url, 'DescribeImages', { 'Owner.1': 'self' })
      const found = body.split('<imageId>').length - 1
      if (found !== IMAGES) throw new Error(`${url} answered ${found} images, not ${IMAGES}`)
      count++
    }
  }
  await Promise.all(Array.from({ length: CLIENTS }, client))
  return count / SECONDS
}

async function describePages() {
  const url = await startOurs()
  await seed(url, 10_000)
  const times = []
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now()
    const found = await countInPages(url)
    times.push(performance.now() - start)
    if (found !== 10_000) throw new Error(`${found} images in the pages, not 10,000`)
  }
  console.log(`10,000 images in pages of 1,000: ${median(times).toFixed(0)} ms (goal: ${GOAL_PAGES_MS})`)
  if (median(times) > GOAL_PAGES_MS) missed.push(`10,000 images in ${median(times).toFixed(0)} ms`)
}

async function measureMemory() {
  const url = await startOurs()
  await seed(url, 50_000)
  await countInPages(url)
  const { pid } = children.at(-1)
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  const mib = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024
  if (Number.isNaN(mib)) return console.log('Memory is measured on Linux only')
  console.log(`50,000 images, seeded and described in pages: ${mib.toFixed(0)} MiB at the most (goal: ${GOAL_MIB})`)
  if (mib > GOAL_MIB) missed.push(`${mib.toFixed(0)} MiB with 50,000 images`)
}

async function seed(url, count) {
  const body = JSON.stringify({ account: ACCOUNT, images: [{ count, stepDays: 0.01, Image: { Name: 'web-{n}' } }] })
  await send(`${url}/_sandbox/seed`, body, {})
}

async function countInPages(url) {
  let found = 0
  let token = ''
  do {
    const body = await call(url, 'DescribeImages', {
      'Owner.1': 'self',
      MaxResults: '1000',
      ...(token && { NextToken: token })
    })
    found += body.split('<imageId>').length - 1
    token = /<nextToken>([^<]+)<\/nextToken>/.exec(body)?.[1] ?? ''
  } while (token)
  return found
}

async function startOurs() {
  const { url, child } = await startSandbox(['--guests', 'scripted'], { stdio: ['ignore', 'pipe', 'ignore'] })
  children.push(child)
  return url
}

/** Its port is a guess: where something else has it, another one is tried. */
async function startMoto(triesLeft = 3) {
  const version = 'import moto, moto.server; print(moto.__version__)'
  const { status, stdout } = spawnSync('python3', ['-c', version], { encoding: 'utf8' })
  if (status !== 0) return undefined
  const port = 20_000 + Math.floor(Math.random() * 20_000)
  const child = spawn('python3', ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], {
    stdio: 'ignore',
    env: { ...process.env, MOTO_EC2_LOAD_DEFAULT_AMIS: 'false' }
  })
  children.push(child)
  const url = `http://127.0.0.1:${port}`
  for (let left = 600; left > 0; left--) {
    const answer = await call(url, 'DescribeRegions', {}).catch(() => undefined)
    if (child.exitCode !== null && triesLeft > 1) return startMoto(triesLeft - 1)
    if (answer && child.exitCode === null) return { url, name: `moto ${stdout.trim()}` }
    await new Promise(resolve => setTimeout(resolve, 200))
  }
  throw new Error("moto's server did not answer within two minutes")
}

function call(url, Action, input) {
  const credential = `${ACCOUNT}/20300131/us-east-1/ec2/aws4_request`
  return send(url, new URLSearchParams({ Action, Version: '2016-11-15', ...input }).toString(), {
    'content-type': 'application/x-www-form-urlencoded',
    authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=unchecked`
  })
}

async function send(url, body, headers) {
  const sent = request(url, { method: 'POST', agent, headers })
  sent.end(body)
  const [answer] = await once(sent, 'response')
  const chunks = []
  for await (const chunk of answer) chunks.push(chunk)
  const text = Buffer.concat(chunks).toString()
  if (answer.statusCode !== 200) throw new Error(`${url} answered ${answer.statusCode}: ${text.slice(0, 500)}`)
  return text
}

function idIn(body, prefix) {
  return new RegExp(`>(${prefix}-[0-9a-f]+)<`).exec(body)?.[1] ?? ''
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]
}
