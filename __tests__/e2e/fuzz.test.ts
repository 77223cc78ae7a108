import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { expect, test } from '@jest/globals'
import { handlers } from '../../src/sandbox/handlers.ts'
import { type Operation, operations, SERVICES } from '../../src/sandbox/wire/operations.ts'
import { Fuzzer, type Known } from '../sandbox/wire/fuzz.ts'
import { Random } from '../sandbox/wire/random.ts'
import { Sandbox } from './support/sandbox.ts'

/** `npm run fuzz` sends 100,000; FUZZ_SEED makes another run than the usual one. */
const REQUESTS = Number(process.env.FUZZ_REQUESTS ?? 4_000)
const SEED = Number(process.env.FUZZ_SEED ?? 1)
const AT_ONCE = 8
/** A world that a fuzzer fills for ever has no flat memory: it is emptied from time to time. */
const RESET_EVERY = 2_000
const ANSWER_WITHIN_MS = 10_000
/** Left alone, V8 lets garbage lie while the machine has memory, and nobody could tell that from a leak. */
const SMALL_HEAP = '--max-old-space-size=128'

const modelled = SERVICES.flatMap(service =>
  Object.keys(handlers[service]).flatMap(name => operations(service).get(name) ?? [])
)

interface Failure {
  readonly n: number
  readonly what: string
  readonly body: string
}

/** One of everything that requests name, so that some get further than to NotFound. */
async function fill(url: string): Promise<Known> {
  const call = { service: 'ec2', operation: 'CreateVolume', input: { AvailabilityZone: 'us-east-1a', Size: 1 } }
  const seed = { images: [{ count: 3, Image: { Name: 'fuzz-{n}' } }], calls: [call] }
  const { images } = await post(url, 'seed', seed)
  const launch = { ImageId: images[0], InstanceType: 't3.micro' }
  const { instances } = await post(url, 'seed', { instances: [{ count: 2, RunInstances: launch }] })
  return {
    ...{
      ImageId: images,
      InstanceId: instances,
      Resource: [...images, ...instances],
      Name: ['fuzz-1', '/fuzz', 'fuzz']
    },
    ...{ InstanceType: ['t3.micro', 't4g.micro'], AvailabilityZone: ['us-east-1a'], VolumeType: ['gp3', 'io2'] },
    ...{
      ResourceType: ['image', 'instance', 'volume'],
      SourceImageId: images,
      SourceRegion: ['us-east-1', 'eu-west-1']
    }
  }
}

async function post(url: string, path: string, body: object): Promise<{ images: string[]; instances: string[] }> {
  const answer = await fetch(`${url}/_sandbox/${path}`, { method: 'POST', body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(await answer.text())
  return (await answer.json()) as { images: string[]; instances: string[] }
}

/** A request that is right in part, one with damaged bytes, one for an operation that is not modelled, or mere noise. */
function makeRequest(random: Random, fuzzer: Fuzzer): RequestInit & { path: string } {
  const service = random.of(SERVICES)
  const operation = random.int(10) > 0 ? random.of(modelled) : random.of([...operations(service).values()])
  const { target, body = '' } = fuzzer.request(operation as Operation)
  const bytes = random.int(4) > 0 ? Buffer.from(body) : damage(Buffer.from(body), random)
  const scope = random.int(20) > 0 ? operation?.service : random.text()
  const key = random.of(['000000000000', '000000000000', '111122223333', 'ASIA0', random.text()])
  const credential = `${key}/20300131/us-east-1/${scope}/aws4_request`
  const headers = {
    'content-type': target ? 'application/x-amz-json-1.1' : 'application/x-www-form-urlencoded',
    authorization: encodeURI(`AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=x`),
    ...(target && { 'x-amz-target': target })
  }
  return { path: random.int(20) > 0 ? '/' : `/${encodeURI(random.text())}`, method: 'POST', headers, body: bytes }
}

function damage(bytes: Buffer<ArrayBuffer>, random: Random): Buffer<ArrayBuffer> {
  const damaged = Buffer.from(bytes)
  for (let left = random.int(8); left > 0 && damaged.length > 0; left--) {
    damaged[random.int(damaged.length)] = random.int(256)
  }
  return random.int(3) > 0 ? damaged : damaged.subarray(0, random.int(damaged.length + 1))
}

/** Bytes that are no HTTP at all, or break off in its midst: the sandbox may say 400 or hang up. */
async function sendNoise(url: string, random: Random): Promise<void> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => undefined)
  const noise = Buffer.from(Array.from({ length: random.int(400) }, () => random.int(256)))
  const heads = [
    '',
    'POST / HTTP/1.1\r\n',
    'POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99999\r\n\r\n',
    'GET /_sandbox/'
  ]
  socket.write(random.of(heads))
  socket.end(noise)
  await new Promise(resolve => {
    socket.on('close', resolve).resume()
    setTimeout(() => socket.destroy(), 200).unref()
  })
}

async function residentMiB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024
}

test(`${REQUESTS} mutated and random requests (seed ${SEED}): no crash, no hang, never a 500, memory flat`, async () => {
  process.env.NODE_OPTIONS = SMALL_HEAP
  await using sandbox = await Sandbox.start('--guests', 'scripted')
  const random = new Random(SEED)
  const failures: Failure[] = []
  const memory: number[] = []
  let succeeded = 0
  for (let n = 0; n < REQUESTS; n += RESET_EVERY) {
    await post(sandbox.url, 'reset', {})
    const fuzzer = new Fuzzer(random, await fill(sandbox.url))
    let next = n
    const end = Math.min(n + RESET_EVERY, REQUESTS)
    const client = async () => {
      while (next < end) {
        const number = next++
        if (random.int(50) === 0) {
          await sendNoise(sandbox.url, random)
          continue
        }
        const { path, ...init } = makeRequest(random, fuzzer)
        const signal = AbortSignal.timeout(ANSWER_WITHIN_MS)
        const outcome = await fetch(sandbox.url + path, { ...init, signal }).then(
          async answer => ({ status: answer.status, text: await answer.text() }),
          error => ({ status: 0, text: String(error) })
        )
        if (outcome.status === 200) succeeded++
        if (outcome.status === 0 || outcome.status >= 500) {
          failures.push({ n: number, what: outcome.text.slice(0, 300), body: String(init.body).slice(0, 300) })
        }
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, client))
    memory.push(await residentMiB(sandbox.pid))
  }
  expect(failures.slice(0, 5)).toEqual([])
  expect(succeeded).toBeGreaterThan(REQUESTS / 20)
  // Between two collections garbage piles up: what tells is how low the memory comes. In the first third of a long run
  // every operation is met for the first time, and what is known of it is kept.
  const third = Math.ceil(memory.length / 3)
  const start = memory.length < 6 ? 0 : third
  const grown = Math.min(...memory.slice(-third)) - Math.min(...memory.slice(start, start + third))
  process.stdout.write(`${succeeded} of ${REQUESTS} succeeded; memory ${memory.map(Math.round).join(', ')} MiB\n`)
  expect(grown).toBeLessThan(60)
}, 900_000)
