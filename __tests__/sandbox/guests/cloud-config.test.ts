import { gzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { parseCloudConfigs } from '../../../src/sandbox/guests/cloudinit/cloud-config.ts'

const GZIPPED = gzipSync('hello\n').toString('base64')

describe('cloud-config', () => {
  test.each([
    ['plain', 'content: "hello\\n"'],
    ['b64', `{encoding: b64, content: ${Buffer.from('hello\n').toString('base64')}}`],
    ['gz+b64', `{encoding: gz+b64, content: ${GZIPPED}}`],
    ['gzip+base64', `{encoding: gzip+base64, content: ${GZIPPED}}`],
    ['gzip as !!binary', `{encoding: gzip, content: !!binary ${GZIPPED}}`]
  ])('write_files decodes %s', (_name, file) => {
    const [read] = parseCloudConfigs([`write_files:\n- ${file}\n`]).files
    expect(String(read?.content)).toBe('hello\n')
  })

  test.each([
    ['0755', '755'],
    ["'0755'", '0755'],
    ['null', '0644']
  ])('permissions: %s is mode %s', (text, mode) => {
    expect(parseCloudConfigs([`write_files: [{path: /x, permissions: ${text}}]`]).files[0]?.permissions).toBe(mode)
  })

  test('a runcmd is a line for a shell, or a program with its arguments', () => {
    expect(parseCloudConfigs(['runcmd: ["a; b", [sh, -c, "c d"], null]']).runcmd).toEqual(['a; b', ['sh', '-c', 'c d']])
  })

  test('packages are names, names with versions, or lists for one package manager', () => {
    const { packages } = parseCloudConfigs(['packages: [jq, [nginx, "1.2"], {apt: [curl]}]'])
    expect(packages).toEqual(['jq', ['nginx', '1.2'], 'curl'])
  })

  test.each([
    ['{mode: poweroff}', { mode: 'poweroff', delay: 'now', message: '', condition: true }],
    ['{mode: reboot, delay: 5, message: bye}', { mode: 'reboot', delay: '+5', message: 'bye', condition: true }],
    [
      '{mode: halt, delay: +1, condition: [test, -e, /x]}',
      { mode: 'halt', delay: '+1', message: '', condition: ['test', '-e', '/x'] }
    ],
    ['{mode: sleep}', undefined]
  ])('power_state %s', (text, expected) => {
    expect(parseCloudConfigs([`power_state: ${text}`]).powerState).toEqual(expected)
  })

  test('a later config replaces the keys of an earlier one, and other keys are named', () => {
    const { runcmd, ignored } = parseCloudConfigs(['{runcmd: [a], users: []}', 'runcmd: [b]'])
    expect({ runcmd, ignored }).toEqual({ runcmd: ['b'], ignored: ['users'] })
  })
})
