import { describe, expect, test } from '@jest/globals'
import { parseFlags, USAGE } from '../../src/sandbox/flags.ts'

const DEFAULTS = { port: 0, host: '127.0.0.1', latencyFactor: 0, guests: 'real', bases: {}, allowSelfHosted: false }

describe('the command line', () => {
  test.each([
    ['', {}],
    ['--port 8080', { port: 8080 }],
    ['--port=65535', { port: 65535 }],
    ['--host 0.0.0.0', { host: '0.0.0.0' }],
    ['--host ::1', { host: '::1' }],
    ['--latency instant', { latencyFactor: 0 }],
    ['--latency aws', { latencyFactor: 1 }],
    ['--latency 0.05', { latencyFactor: 0.05 }],
    ['--state /var/sandbox', { state: '/var/sandbox' }],
    ['--guests scripted', { guests: 'scripted' }],
    ['--base al2023=a.tar --base debian-12=b=c.tar', { bases: { al2023: 'a.tar', 'debian-12': 'b=c.tar' } }],
    ['--allow-self-hosted', { allowSelfHosted: true }]
  ])('%j', (line, expected) => {
    expect(parseFlags(line.split(' ').filter(Boolean))).toEqual({ ...DEFAULTS, ...expected })
  })

  test.each([
    ['--port http', "--port takes a number from 0 (any free port) to 65535, not 'http'"],
    ['--port 65536', 'not'],
    ['--port=', "not ''"],
    ['--port=-1', "not '-1'"],
    ['--port 1e3', "not '1e3'"],
    ['--host example.org', "--host takes an IP address of this machine, such as 0.0.0.0 for all, not 'example.org'"],
    ['--latency slow', "--latency takes instant, aws, or a factor such as 0.1, not 'slow'"],
    ['--latency=-1', "not '-1'"],
    ['--latency=', "not ''"],
    ['--latency Infinity', "not 'Infinity'"],
    ['--guests docker', "--guests takes real or scripted, not 'docker'"],
    ['--base al2023', "--base takes NAME=TAR, such as al2023=al2023.tar, not 'al2023'"],
    ['--base =a.tar', "not '=a.tar'"],
    ['--verbose', "Unknown option '--verbose'"],
    ['--port', "'--port <value>' argument missing"],
    ['run', "Unexpected argument 'run'"]
  ])('%j is refused', (line, message) => {
    expect(() => parseFlags(line.split(' '))).toThrow(message)
  })

  test('__proto__ as a base is a name like any other', () => {
    expect(Object.keys(parseFlags(['--base', '__proto__=a.tar']).bases)).toEqual(['__proto__'])
  })

  test('the usage names every flag', () => {
    for (const flag of ['--port', '--host', '--latency', '--state', '--guests', '--base', '--allow-self-hosted']) {
      expect(USAGE).toContain(flag)
    }
  })
})
