import { symlinkSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { minimal, Workspace } from './workspace.ts'

const workspace = new Workspace()
beforeAll(() => {
  workspace.write({
    'images/scripts/harden.sh': '#!/bin/bash\necho hardened\n',
    'images/conf/nginx.conf': 'events {}\n',
    'images/launch/web.sh': '#!/bin/bash\necho hello\n',
    'images/binary': Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0]),
    'images/latin1.sh': Buffer.from([0x65, 0x63, 0x68, 0x6f, 0x20, 0xe9]),
    'images/large.sh': 'x'.repeat(17 * 1024)
  })
  symlinkSync('/etc/passwd', path.join(workspace.folder, 'images/link.sh'))
})
afterAll(() => workspace.remove())

const DAY = 86_400
const at = (line: number, column: number) => ({ file: 'images/web.yml', line, column })

test('a recipe of three lines has all defaults', () => {
  expect(workspace.load(minimal())).toEqual({
    file: 'images/web.yml',
    family: 'web',
    name: '{family}-{date}-{time}-{digest}',
    strategy: 'partial',
    purpose: 'image',
    validForSeconds: 60 * DAY,
    rebuildBeforeSeconds: 7 * DAY,
    base: { kind: 'id', id: 'ami-0123456789abcdef0', stale: 'refuse', place: at(3, 7) },
    builder: {
      instanceTypes: [],
      spot: 'never',
      subnets: [],
      securityGroups: [],
      publicIp: false
    },
    volumes: [],
    provision: { via: 'user-data', patch: false, steps: [] },
    test: [],
    regions: {},
    share: { accounts: [], organizations: [] },
    publish: { rings: [], instanceRefresh: [] },
    copy: {},
    verify: { findings: { failOn: 'high', fixAvailable: true, unscanned: 'fail', waivers: [] }, checks: {} },
    enforce: {
      mode: 'report',
      graceSeconds: 7 * DAY,
      maxInstances: 5,
      maxPercent: 5,
      snapshotFirst: true,
      immediate: false,
      exclude: {},
      approve: { families: ['web'], owners: [], images: [] }
    },
    sunset: {
      keep: 3,
      disableAfterSeconds: 14 * DAY,
      deregisterAfterSeconds: 14 * DAY,
      idleSeconds: 30 * DAY,
      maxImages: 10,
      maxPercent: 10,
      inUseFloor: 1,
      allowPermanent: false,
      unused: []
    },
    tags: {}
  })
})

test('a recipe with every key', () => {
  const recipe = workspace.load(EVERY_KEY)
  expect(recipe.base).toEqual({
    kind: 'ssm',
    parameter: '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64',
    maxAgeSeconds: 45 * DAY,
    stale: 'refuse',
    place: at(6, 7)
  })
  expect(recipe.builder).toEqual({
    instanceTypes: [],
    spot: 'prefer',
    subnets: ['subnet-12345678', { tags: { tier: 'build' } }],
    securityGroups: ['sg-12345678'],
    instanceProfile: 'ami-builder',
    publicIp: true
  })
  expect(recipe.volumes).toEqual([
    { device: '/dev/xvda', sizeGiB: 16, kmsKey: 'alias/root', place: at(14, 5) },
    { device: '/dev/sdf', sizeGiB: 50, type: 'gp3', iops: 4000, throughputMiBps: 250, place: at(15, 5) }
  ])
  expect(recipe.provision).toEqual({
    via: 'ssm',
    patch: false,
    steps: [
      {
        kind: 'run',
        name: 'packages',
        script: 'dnf -y install nginx',
        shell: 'bash',
        timeoutSeconds: 600,
        env: { CHANNEL: 'stable' },
        place: at(18, 7)
      },
      {
        kind: 'run',
        name: 'scripts/harden.sh',
        script: '#!/bin/bash\necho hardened\n',
        shell: 'bash',
        timeoutSeconds: 1800,
        env: {},
        place: at(19, 7)
      },
      {
        kind: 'files',
        name: 'files',
        timeoutSeconds: 1800,
        place: at(20, 7),
        files: [{ source: 'conf/nginx.conf', target: '/etc/nginx/nginx.conf', content: Buffer.from('events {}\n') }]
      }
    ]
  })
  expect(recipe.test).toMatchObject([{ name: 'nginx -t', script: 'nginx -t', shell: 'bash' }])
  expect(recipe.launchUserData).toBe('#!/bin/bash\necho hello\n')
  expect(recipe.regions).toEqual({
    'us-east-1': { kmsKeys: {} },
    'eu-west-1': { kmsKeys: { '/dev/xvda': 'alias/root' } }
  })
  expect(recipe.publish).toEqual({
    ssm: '/golden/web',
    launchTemplate: 'web',
    rings: ['canary', 'stable'],
    instanceRefresh: ['web-asg']
  })
  expect(recipe.copy).toEqual({ completionSeconds: 1800 })
  expect(recipe.allowedImages).toBe('audit')
  expect(recipe.sunset).toMatchObject({ keep: 5, idleSeconds: 10 * DAY, allowPermanent: true, maxImages: 10 })
})

const EVERY_KEY = `family: web
strategy: full
purpose: image
valid-for: 20d
rebuild-before: 2d
base: { ssm: /aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64, max-age: 45d }
builder:
  spot: prefer
  subnets: [subnet-12345678, { tag: { tier: build } }]
  security-groups: [sg-12345678]
  instance-profile: ami-builder
  public-ip: true
volumes:
  - { device: /dev/xvda, size: 16, kms-key: alias/root }
  - { device: /dev/sdf, size: 50, type: gp3, iops: 4000, throughput: 250 }
provision:
  steps:
    - { name: packages, run: dnf -y install nginx, timeout: 10m, env: { CHANNEL: stable } }
    - script: scripts/harden.sh
    - files: { conf/nginx.conf: /etc/nginx/nginx.conf }
test:
  - run: nginx -t
launch:
  user-data: launch/web.sh
name: "{family} {strategy} {digest}"
regions:
  us-east-1:
  eu-west-1: { kms-keys: { /dev/xvda: alias/root } }
share:
  accounts: ["111122223333"]
  organizations: [arn:aws:organizations::111122223333:organization/o-exampleorgid]
publish: { ssm: /golden/web, launch-template: web, rings: [canary, stable], instance-refresh: [web-asg] }
copy: { completion: 30m }
allowed-images: audit
verify:
  findings:
    fail-on: critical
    fix-available: false
    unscanned: warn
    waivers: [{ id: CVE-2026-1, until: 2027-01-31, why: not reachable }]
enforce:
  { mode: tag, grace: 1d, max-instances: 1, max-percent: 2.5, snapshot-first: false, immediate: true,
    exclude: { keep: "*" }, approve: { families: [web, db], owners: ["111122223333", amazon], images: [ami-0123456789abcdef0] } }
sunset: { keep: 5, disable-after: 1d, deregister-after: 1d, idle: 10d, max-images: 10, max-percent: 10, in-use-floor: 1, allow-permanent: true, unused: [fleets] }
tags: { team: platform }
`

describe('defaults depend on', () => {
  test.each([
    ['full', 30],
    ['partial', 60],
    ['os-only', 90]
  ])('the strategy: %s is valid for %d days', (strategy, days) => {
    expect(workspace.load(minimal().replace('partial', strategy)).validForSeconds).toBe(days * DAY)
  })

  test('patch: our step is the first', () => {
    const { steps } = workspace.load(minimal('provision: { patch: true, steps: [{ run: echo }] }')).provision
    expect(steps.map(({ name }) => name)).toEqual(['patch the system', 'echo'])
  })

  test('an instance as base: it is a backup', () => {
    const yaml = minimal().replace('{ id: ami-0123456789abcdef0 }', '{ instance: i-12345678, reboot: none }')
    expect(workspace.load(yaml)).toMatchObject({ purpose: 'backup', base: { kind: 'instance', reboot: 'none' } })
  })
})

describe('inputs stand above the recipe', () => {
  test('tags join, and win over one of the same name', () => {
    const recipe = workspace.load(minimal('tags: { team: platform, tier: web }'), { tags: { team: 'red', pr: '7' } })
    expect(recipe.tags).toEqual({ team: 'red', tier: 'web', pr: '7' })
  })

  test('regions say which count', () => {
    const yaml = minimal('regions: { us-east-1: {}, eu-west-1: { kms-keys: { /dev/sdf: alias/a } } }')
    const recipe = workspace.load(yaml, { regions: ['eu-west-1', 'eu-north-1'] })
    expect(recipe.regions).toEqual({
      'eu-west-1': { kmsKeys: { '/dev/sdf': 'alias/a' } },
      'eu-north-1': { kmsKeys: {} }
    })
  })

  test('kms-key is for every volume', () => {
    const yaml = minimal('volumes: [{ device: /dev/sdf, kms-key: alias/a }, { device: /dev/sdg }]')
    const recipe = workspace.load(yaml, { kmsKey: 'alias/b' })
    expect(recipe.volumes.map(({ kmsKey }) => kmsKey)).toEqual(['alias/b', 'alias/b'])
    expect(recipe.kmsKey).toBe('alias/b')
  })
})

describe('files are refused that', () => {
  test.each([
    ['lead out by a link', 'link.sh', "Expected a file inside the workspace, found 'link.sh', which leads out of it"],
    ['are binary', 'binary', "Expected 'binary' to be UTF-8 text, found a binary file"],
    ['are not UTF-8', 'latin1.sh', "Expected 'latin1.sh' to be UTF-8 text, found other bytes in it"],
    ['EC2 has no room for', 'large.sh', "Expected 'large.sh' to have at most 16 KiB, found 17 KiB"]
  ])('%s', (_, name, said) => {
    expect(workspace.refusals(minimal(`launch: { user-data: ${name} }`))).toEqual([`4:22 ${said}`])
  })
})

describe('the recipe itself', () => {
  test.each([
    ['images/none.yml', "- Expected a file at 'images/none.yml', found none"],
    ['../web.yml', "- Expected a file inside the workspace, found '../web.yml', which leads out of it"],
    ['images', "- Expected a file at 'images', found something else"]
  ])('%s', (recipe, said) => {
    expect(workspace.refusals(minimal(), { recipe })).toEqual([said])
  })

  test('aliases that multiply are refused', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefg'.split('').map((key, index) => {
        const before = 'abcdefg'[index]
        return `${key}: &${key} [${Array(9).fill(`*${before}`).join(',')}]`
      })
    ].join('\n')
    expect(workspace.refusals(bomb)).toEqual([
      '1:1 Not valid YAML: Excessive alias count indicates a resource exhaustion attack'
    ])
  })
})

test('a snapshot as base: IMDSv2 and ENA unless the recipe says otherwise', () => {
  const load = (base: string) => workspace.load(minimal().replace('{ id: ami-0123456789abcdef0 }', base)).base
  expect(load('{ snapshot: snap-0123456789abcdef0, architecture: arm64 }')).toEqual({
    kind: 'snapshot',
    id: 'snap-0123456789abcdef0',
    architecture: 'arm64',
    imds: 'v2.0',
    ena: true,
    rootDevice: '/dev/xvda',
    place: at(3, 7)
  })
  const all = 'architecture: x86_64, boot-mode: uefi, tpm: v2.0, imds: optional, ena: false, root-device: /dev/sda1'
  expect(load(`{ snapshot: snap-0123456789abcdef0, ${all} }`)).toEqual({
    kind: 'snapshot',
    id: 'snap-0123456789abcdef0',
    architecture: 'x86_64',
    bootMode: 'uefi',
    tpm: 'v2.0',
    ena: false,
    rootDevice: '/dev/sda1',
    place: at(3, 7)
  })
})

test('the boost of a builder', () => {
  const { builder } = workspace.load(minimal('builder: { boost: { iops: 5000, throughput: 500 } }'))
  expect(builder.boost).toEqual({ iops: 5000, throughputMiBps: 500 })
})
