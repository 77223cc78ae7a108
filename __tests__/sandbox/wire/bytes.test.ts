import { expect, test } from '@jest/globals'
import { SERVICES, type Service } from '../../../src/sandbox/wire/operations.ts'
import { HandGuests } from '../../support/hand-guests.ts'
import { serve, served } from '../../support/sandbox.ts'
import { seeder } from '../ec2/fixture.ts'
import { Random } from './random.ts'
import { FORMATS, sendRaw, targetOf } from './raw.ts'

/** An operation that does not mind an empty request: only the bytes can be wrong. */
const HARMLESS: Readonly<Record<Service, string>> = {
  ec2: 'DescribeImages',
  sts: 'GetCallerIdentity',
  autoscaling: 'DescribeLaunchConfigurations',
  ssm: 'DescribeParameters',
  kms: 'ListKeys',
  rbin: 'ListRules'
}

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))

const pathOf = (service: Service): string => (service === 'rbin' ? '/list-rules' : '/')

const bytes = (random: Random): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length: 1 + random.int(300) }, () => random.int(256))

test('2,000 bodies of random bytes: each is refused in the format of its service', async () => {
  const random = new Random(3)
  const answered: Record<string, number> = {}
  for (let i = 0; i < 2000; i++) {
    const service = random.of(SERVICES)
    const body = bytes(random)
    const { status } = await sendRaw(
      sandbox.url,
      { service, target: targetOf(service, HARMLESS[service]), path: pathOf(service), body },
      FORMATS[service]
    )
    answered[status] = (answered[status] ?? 0) + 1
  }
  expect(answered).toEqual({ 400: 2000 })
})

test.each(SERVICES)('%s works on afterwards', async service => {
  const operation = HARMLESS[service]
  const target = targetOf(service, operation)
  const json = service === 'rbin' ? '{"ResourceType":"EC2_IMAGE"}' : '{}'
  const body = target || service === 'rbin' ? json : `Action=${operation}`
  expect(await sendRaw(sandbox.url, { service, target, path: pathOf(service), body }, FORMATS[service])).toMatchObject({
    status: 200
  })
})
