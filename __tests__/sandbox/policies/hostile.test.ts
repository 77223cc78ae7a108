import { expect, test } from '@jest/globals'
import { assert, jsonValue, oneof, property, record } from 'fast-check'
import { ServiceError } from '../../../src/sandbox/errors.ts'
import { handlers } from '../../../src/sandbox/handlers.ts'
import { Policies } from '../../../src/sandbox/policies/policies.ts'
import { readFaultRules } from '../../../src/sandbox/server/read-fault-rules.ts'
import { operations, SERVICES } from '../../../src/sandbox/wire/operations.ts'
import { HandGuests } from '../../support/hand-guests.ts'
import { newAccount, serve, served } from '../../support/sandbox.ts'
import { IMAGES, ROOT_SNAPSHOT, seeder } from '../ec2/fixture.ts'
import { Fuzzer } from '../wire/fuzz.ts'
import { Random } from '../wire/random.ts'
import { FORMATS, sendRaw } from '../wire/raw.ts'
import { allow, restrict } from './fixture.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))

const refusedProperly = (act: () => unknown): void => {
  try {
    act()
  } catch (error) {
    expect(error).toBeInstanceOf(ServiceError)
  }
}

test('any JSON is read as policies and as fault rules, or refused with a sentence', async () => {
  const statement = record({ Effect: jsonValue(), Action: jsonValue(), Resource: jsonValue(), Condition: jsonValue() })
  const entry = record({ principal: jsonValue(), document: record({ Statement: oneof(jsonValue(), statement) }) })
  await assert(
    property(oneof(jsonValue(), entry), body => {
      refusedProperly(() => new Policies().add(body))
      refusedProperly(() => readFaultRules(body))
    })
  )
})

test('1,000 random requests of a restricted principal: none fails in the sandbox', async () => {
  const random = new Random(5)
  const account = newAccount()
  await restrict(sandbox, '*', allow('*', { Resource: 'arn:aws:*:*:*:*' }))
  const known = { ImageId: [IMAGES.linux, IMAGES.encrypted], SnapshotId: [ROOT_SNAPSHOT], InstanceType: ['t3.micro'] }
  const fuzzer = new Fuzzer(random, known)
  const modelled = SERVICES.flatMap(service =>
    Object.keys(handlers[service]).flatMap(name => operations(service).get(name) ?? [])
  )
  const failures: string[] = []
  const outcomes = { denied: 0, ok: 0 }
  for (let i = 0; i < 1000; i++) {
    const operation = random.of(modelled)
    const request = { ...fuzzer.request(operation), account }
    const { status, code } = await sendRaw(sandbox.url, request, FORMATS[operation.service])
    if (status >= 500) failures.push(`${code} of ${operation.name}: ${request.body?.slice(0, 500)}`)
    if (status < 300) outcomes.ok++
    if (/^(UnauthorizedOperation|AccessDenied)/.test(code)) outcomes.denied++
  }
  expect(failures).toEqual([])
  expect(Math.min(...Object.values(outcomes))).toBeGreaterThan(10)
})
