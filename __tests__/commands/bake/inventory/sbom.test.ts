import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { compareInventories } from '../../../../src/commands/bake/inventory/compare.ts'
import type { Inventory, Package } from '../../../../src/commands/bake/inventory/packages.ts'
import { readSbom } from '../../../../src/commands/bake/inventory/read-sbom.ts'
import { toSbom } from '../../../../src/commands/bake/inventory/sbom.ts'

const IMAGE = { name: 'web-20261123', imageId: 'ami-0123456789abcdef0' }
const AMAZON = { id: 'amzn', version: '2023' }
const rpm = (name: string, version: string): Package => ({ kind: 'rpm', name, version, architecture: 'x86_64' })

const purls = (system: Inventory['system'], ...packages: Package[]): string[] =>
  JSON.parse(toSbom(IMAGE, { system, packages })).components.map(({ purl }: { purl: string }) => purl)

test.each([
  {
    name: 'an epoch of rpm is a qualifier',
    system: AMAZON,
    one: rpm('openssl', '1:3.0.8-1.amzn2023'),
    purl: 'pkg:rpm/amzn/openssl@3.0.8-1.amzn2023?arch=x86_64&distro=amzn-2023&epoch=1'
  },
  {
    name: 'one of dpkg belongs to the version',
    system: { id: 'ubuntu', version: '24.04' },
    one: { kind: 'deb', name: 'zlib1g', version: '1:1.3.dfsg-3.1ubuntu2', architecture: 'amd64' } as const,
    purl: 'pkg:deb/ubuntu/zlib1g@1:1.3.dfsg-3.1ubuntu2?arch=amd64&distro=ubuntu-24.04'
  },
  {
    name: 'a program of Windows has none of these',
    system: { id: 'windows', version: '10.0.20348' },
    one: { kind: 'program', name: 'Amazon SSM Agent', version: '3.3', architecture: '' } as const,
    purl: 'pkg:generic/windows/program/Amazon%20SSM%20Agent@3.3'
  }
])('a package URL: $name', ({ system, one, purl }) => {
  expect(purls(system, one)).toEqual([purl])
})

test('is CycloneDX 1.6 that names the image', () => {
  const sbom = JSON.parse(toSbom(IMAGE, { system: AMAZON, packages: [rpm('bash', '5.2-1')] }))
  expect(sbom).toMatchObject({
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    metadata: { component: { type: 'operating-system', name: IMAGE.name, version: IMAGE.imageId } },
    components: [{ type: 'library', name: 'bash', version: '5.2-1' }]
  })
})

test.each([
  { name: 'no JSON', text: 'nothing' },
  {
    name: 'that of an image whose id is a command to the runner',
    text: toSbom({ name: 'web', imageId: 'ami-1\n::add-path::/x' }, { system: AMAZON, packages: [] })
  },
  { name: 'another format', text: '{"spdxVersion":"SPDX-2.3"}' },
  {
    name: 'packages of another system',
    text: JSON.stringify({
      bomFormat: 'CycloneDX',
      metadata: { component: { name: 'web', version: 'ami-0123456789abcdef0' } },
      components: [{ name: 'left-pad', version: '1.3.0', purl: 'pkg:npm/left-pad@1.3.0' }]
    })
  }
])('what is read back is refused where it is $name', ({ text }) => {
  expect(() => readSbom(text)).toThrow()
})

const text = fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }).filter(each => each.trim() === each)
const aPackage = fc.record({
  kind: fc.constantFrom('rpm', 'deb', 'feature', 'update', 'program'),
  name: text,
  version: fc.oneof(text, fc.constantFrom('1:2.3-4', '0:1-1', '2.0')),
  architecture: fc.constantFrom('x86_64', 'aarch64')
}) satisfies fc.Arbitrary<Package>

test('what was written and read back is the same, whatever packages are called', () => {
  const packages = fc.uniqueArray(aPackage, {
    selector: ({ kind, name, architecture }) => `${kind} ${name} ${architecture}`,
    maxLength: 8
  })
  fc.assert(
    fc.property(packages, list => {
      const inventory = { system: AMAZON, packages: list.map(withoutArchitectureOfWindows) }
      const read = readSbom(toSbom(IMAGE, inventory))
      expect(read.of).toEqual(IMAGE)
      expect(compareInventories(inventory, read.inventory)).toEqual([])
      expect(read.inventory.packages).toHaveLength(inventory.packages.length)
    })
  )
})

const withoutArchitectureOfWindows = (each: Package): Package =>
  each.kind === 'rpm' || each.kind === 'deb'
    ? each
    : { ...each, architecture: '', name: `${each.name} ${each.architecture}` }
