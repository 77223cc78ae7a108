import { expect, test } from '@jest/globals'
import { answerQuery } from '../../../src/sandbox/guests/dns.ts'
import { Relay } from '../../../src/sandbox/guests/relay.ts'

function query(name: string, type: number): Buffer {
  const labels = name.split('.').flatMap(label => [Buffer.from([label.length]), Buffer.from(label)])
  const header = Buffer.from([0xab, 0xcd, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0])
  return Buffer.concat([header, ...labels, Buffer.from([0, 0, type, 0, 1])])
}

test('each name has an address of its own, the same each time', () => {
  const relay = new Relay()
  const ask = (name: string) => [...(answerQuery(query(name, 1), n => relay.addressOf(n))?.subarray(-4) ?? [])]
  expect([ask('a.example'), ask('b.example'), ask('A.example')]).toEqual([
    [198, 18, 0, 1],
    [198, 18, 0, 2],
    [198, 18, 0, 1]
  ])
})

test('a name has no IPv6 address, which is an answer and not an error', () => {
  const answer = answerQuery(query('a.example', 28), () => Buffer.alloc(4))
  expect(answer?.readUInt16BE(0)).toBe(0xabcd)
  expect(answer?.readUInt16BE(2)).toBe(0x8180)
  expect(answer?.readUInt16BE(6)).toBe(0)
})

test.each([0, 5, 12, 20])('%i bytes of a query do not bring the server down', length => {
  expect(() => answerQuery(query('a.example', 1).subarray(0, length), () => Buffer.alloc(4))).not.toThrow()
})
