import { expect, test } from '@jest/globals'
import { readInventory } from '../../../../src/commands/bake/inventory/packages.ts'

const lines = (...rows: string[]) => rows.map(row => row.replaceAll(' ', '\t'))

test('of Amazon Linux 2023, as rpm lists it: epochs stay, keys are no packages', () => {
  const listed = lines(
    'os amzn 2023',
    'rpm bash 5.2.15-1.amzn2023.0.2 x86_64',
    'rpm gpg-pubkey d832c631-6515c85e (none)',
    'rpm openssl 1:3.0.8-1.amzn2023.0.18 x86_64'
  )
  expect(readInventory(listed)).toEqual({
    system: { id: 'amzn', version: '2023' },
    packages: [
      { kind: 'rpm', name: 'bash', version: '5.2.15-1.amzn2023.0.2', architecture: 'x86_64' },
      { kind: 'rpm', name: 'openssl', version: '1:3.0.8-1.amzn2023.0.18', architecture: 'x86_64' }
    ]
  })
})

test('of Ubuntu, as dpkg lists it: what was removed and left its settings is not there', () => {
  const listed = lines(
    'os ubuntu 24.04',
    'deb bash 5.2.21-2ubuntu4 amd64 installed',
    'deb libssl3t64 3.0.13-0ubuntu3.5 amd64 installed',
    'deb apache2 2.4.58-1ubuntu8.6 amd64 config-files'
  )
  expect(readInventory(listed).packages.map(({ name }) => name)).toEqual(['bash', 'libssl3t64'])
})

test('of Windows: features and updates have no version', () => {
  const listed = [
    'os\twindows\t10.0.20348.0',
    'feature\tWeb-Server',
    'update\tKB5050000',
    'program\tAmazon SSM Agent\t3.3.2299.0'
  ]
  expect(readInventory(listed).packages).toEqual([
    { kind: 'feature', name: 'Web-Server', version: '', architecture: '' },
    { kind: 'update', name: 'KB5050000', version: '', architecture: '' },
    { kind: 'program', name: 'Amazon SSM Agent', version: '3.3.2299.0', architecture: '' }
  ])
})

test('of a machine that tells of nothing', () => {
  expect(readInventory(['bash: rpm: command not found'])).toEqual({ system: { id: '', version: '' }, packages: [] })
})
