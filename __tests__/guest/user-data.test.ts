import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parse } from 'yaml'
import { AmiError } from '../../src/errors.ts'
import { deadlineScript } from '../../src/guest/deadline.ts'
import { sealLinuxScript } from '../../src/guest/seal-linux.ts'
import { stepScript } from '../../src/guest/step-script.ts'
import { provisioningUserData, waitingUserData } from '../../src/guest/user-data.ts'
import type { ScriptStep } from '../../src/recipe/recipe.ts'
import { GuestMachine } from './guest-machine.ts'

const NONCE = 'c0ffee12'

interface CloudConfig {
  readonly write_files: readonly { readonly path: string; readonly permissions: string; readonly content: string }[]
  readonly runcmd: readonly unknown[]
  readonly power_state: Readonly<Record<string, unknown>>
}

const step = (script: string, env: Readonly<Record<string, string>> = {}): ScriptStep => ({
  kind: 'run',
  name: 'a step',
  script,
  shell: 'bash',
  env,
  timeoutSeconds: 60,
  place: { file: 'web.yml', line: 1, column: 1 }
})

const unzip = (userData: string): string => gunzipSync(Buffer.from(userData, 'base64')).toString()

/** As cloud-init reads it: YAML 1.1. */
const decode = (userData: string): CloudConfig => parse(unzip(userData), { version: '1.1' }) as CloudConfig

const contentOf = ({ write_files: files }: CloudConfig, name: string): string =>
  files.find(file => file.path === `/run/ami-action/${name}`)?.content ?? ''

describe('user data of a builder that provisions itself', () => {
  const steps = [step('echo one'), step('echo two', { GREETING: "it's\n$HOME" })]
  const userData = provisioningUserData(steps, NONCE, 3600)

  test('is a cloud-config', () => {
    expect(unzip(userData).startsWith('#cloud-config\n')).toBe(true)
  })

  test('holds every script, in memory only, for root alone', () => {
    const names = ['provision', 'finish', 'packages', 'seal', 'run-1', 'run-2']
    const files = decode(userData).write_files
    expect(files.map(file => file.path)).toEqual(names.map(name => `/run/ami-action/${name}`))
    expect(new Set(files.map(file => file.permissions))).toEqual(new Set(['0700']))
  })

  test('holds the scripts as they are made', () => {
    const config = decode(userData)
    expect(contentOf(config, 'seal')).toBe(sealLinuxScript())
    expect(contentOf(config, 'provision')).toContain(deadlineScript(3600))
    for (const [i, each] of steps.entries()) {
      expect(contentOf(config, `run-${i + 1}`)).toBe(stepScript(each, { nonce: NONCE, step: i + 1 }))
    }
  })

  test('provisions at first boot, and powers off once that has finished', () => {
    expect(decode(userData).runcmd).toEqual([['bash', '/run/ami-action/provision']])
    expect(decode(userData).power_state).toEqual({
      mode: 'poweroff',
      timeout: 60,
      condition: ['bash', '/run/ami-action/finish']
    })
  })

  test('brings any text to the builder as it is, whatever YAML makes of such characters', () => {
    const text = fc.string({ unit: 'binary', maxLength: 40 })
    fc.assert(
      fc.property(text, text, (script, value) => {
        const made = provisioningUserData([step(script, { VALUE: value })], NONCE, 60)
        expect(unzip(made)).toMatch(/^[\n -~]*$/)
        expect(contentOf(decode(made), 'run-1')).toBe(
          stepScript(step(script, { VALUE: value }), { nonce: NONCE, step: 1 })
        )
      }),
      { numRuns: 50 }
    )
  })
})

describe('the size of user data', () => {
  /** Text that no compression makes smaller. */
  const noise = (bytes: number): string => {
    const blocks = Array.from({ length: bytes / 32 }, (_, i) => createHash('sha256').update(String(i)).digest('base64'))
    return `# ${blocks.join('')}`
  }

  test('as much as EC2 takes is accepted', () => {
    const userData = provisioningUserData([step(noise(8 * 1024))], NONCE, 60)
    expect(Buffer.from(userData, 'base64').length).toBeLessThanOrEqual(16 * 1024)
  })

  test('more is refused, with the size and a way out', () => {
    const make = () => provisioningUserData([step(noise(32 * 1024))], NONCE, 60)
    expect(make).toThrow(AmiError)
    expect(make).toThrow(
      expect.objectContaining({
        code: 'RECIPE',
        message: expect.stringMatching(
          /^Expected provisioning steps that fit into user data \(16384 bytes compressed\), found \d{5} bytes$/
        ),
        hint: 'Use `provision: { via: ssm }`, or fetch large files in a step.'
      })
    )
  })
})

test('user data of a builder that waits for commands is the deadline alone', () => {
  const script = Buffer.from(waitingUserData(90), 'base64').toString()
  expect(script).toBe(`#!/bin/bash\n${deadlineScript(90)}`)
})

describe('a builder that provisions itself', () => {
  let machine: GuestMachine
  beforeEach(() => {
    machine = new GuestMachine()
  })
  afterEach(() => machine.remove())

  /** Does what cloud-init does; the machine's own sealing, packages and deadline are replaced. */
  async function boot(steps: readonly ScriptStep[], seal: string): Promise<string[]> {
    const config = decode(provisioningUserData(steps, NONCE, 3600))
    const put = config.write_files.map(({ path, content }) => {
      const own = { '/seal': seal, '/packages': 'echo packages' }[/\/\w+$/.exec(path)?.[0] ?? '']
      const text = own ?? content.replace(deadlineScript(3600), '')
      return `echo ${Buffer.from(machine.localize(text)).toString('base64')} | base64 -d >${path}`
    })
    await machine.run(`mkdir -p /run/ami-action\n${put.join('\n')}`)
    await machine.run('bash /run/ami-action/provision')
    const { code } = await machine.run('bash /run/ami-action/finish')
    expect(code).toBe(0)
    return machine.readConsole().trimEnd().split('\n')
  }

  const last = (text: string) => Array.from({ length: 3 }, () => `ami-action ${NONCE} 0 ${text}`)

  test('tells its packages and seals itself after the last step', async () => {
    expect(await boot([step('echo a'), step('echo b')], 'echo sealing >>/dev/console')).toEqual([
      `ami-action ${NONCE} 1 begin`,
      `ami-action ${NONCE} 1 | a`,
      `ami-action ${NONCE} 1 end 0`,
      `ami-action ${NONCE} 2 begin`,
      `ami-action ${NONCE} 2 | b`,
      `ami-action ${NONCE} 2 end 0`,
      'packages',
      'sealing',
      ...last('end 0')
    ])
  })

  test('stops at a failed step, and is not sealed', async () => {
    const lines = await boot([step('exit 7'), step('echo b')], 'echo sealing >>/dev/console')
    expect(lines).toEqual([`ami-action ${NONCE} 1 begin`, `ami-action ${NONCE} 1 end 7`, ...last('end 7')])
  })

  test('says what sealing could not remove', async () => {
    const lines = await boot([step('true')], 'echo "rm: busy" >&2; echo "still there after sealing: /x"; exit 1')
    expect(lines.slice(-3)).toEqual(last('unsealed still there after sealing: /x'))
  })

  test('without steps seals at once', async () => {
    expect(await boot([], 'true')).toEqual(['packages', ...last('end 0')])
  })
})
