import {
  DisableAllowedImagesSettingsCommand,
  EnableAllowedImagesSettingsCommand,
  GetAllowedImagesSettingsCommand,
  type ImageCriterionRequest,
  ReplaceImageCriteriaInAllowedImagesSettingsCommand
} from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { type Clients, clientsFor, serve, served, useClients } from '../../../support/sandbox.ts'
import { seeder } from '../fixture.ts'
import { allow, replace } from './allow.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))
const clients = useClients(sandbox)

async function settings({ ec2 }: Clients = clients) {
  const { State, ImageCriteria, ManagedBy } = await ec2.send(new GetAllowedImagesSettingsCommand({}))
  return { State, ImageCriteria, ManagedBy }
}

const FULL: ImageCriterionRequest = {
  ImageProviders: ['amazon', 'aws-marketplace', 'aws-backup-vault', '111122223333'],
  ImageNames: ["golden-?? [v1]/(a).b'c@d_*"],
  MarketplaceProductCodes: ['abcdefg1234567890'],
  CreationDateCondition: { MaximumDaysSinceCreated: 300 },
  DeprecationTimeCondition: { MaximumDaysSinceDeprecated: 0 },
  ImageWatermarks: [{ WatermarkKey: '111122223333:approved-*', MaximumDaysSinceWatermarkCreated: 7 }],
  ScanResultCondition: { MaximumSeverityLabel: 'medium', MaxDaysSinceCriticalFixAvailable: 3 }
}

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-allowed-amis.html
describe('settings for Allowed AMIs', () => {
  test('are disabled and empty in a new account, which manages them itself', async () => {
    expect(await settings()).toEqual({ State: 'disabled', ImageCriteria: [], ManagedBy: 'account' })
  })

  test('keep their criteria through all states', async () => {
    await replace(clients, [FULL])
    expect(await settings()).toMatchObject({ State: 'disabled', ImageCriteria: [FULL] })
    for (const AllowedImagesSettingsState of ['audit-mode', 'enabled'] as const) {
      const answer = await clients.ec2.send(new EnableAllowedImagesSettingsCommand({ AllowedImagesSettingsState }))
      expect(answer).toMatchObject({ AllowedImagesSettingsState })
      expect(await settings()).toMatchObject({ State: AllowedImagesSettingsState, ImageCriteria: [FULL] })
    }
    const answer = await clients.ec2.send(new DisableAllowedImagesSettingsCommand({}))
    expect(answer).toMatchObject({ AllowedImagesSettingsState: 'disabled' })
    expect(await settings()).toMatchObject({ State: 'disabled', ImageCriteria: [FULL] })
  })

  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceImageCriteriaInAllowedImagesSettings.html
  test('are replaced as a whole, by no criteria too', async () => {
    await replace(clients, [{ ImageNames: ['a*'] }, { ImageProviders: ['amazon'] }])
    expect(await replace(clients, [{ ImageNames: ['b*'] }])).toMatchObject({ ReturnValue: true })
    expect((await settings()).ImageCriteria).toEqual([{ ImageNames: ['b*'] }])
    await replace(clients, [])
    expect((await settings()).ImageCriteria).toEqual([])
  })

  test('are one account and region’s', async () => {
    await allow(clients, 'enabled', [{ ImageProviders: ['amazon'] }])
    expect(await settings(clientsFor(sandbox.url))).toMatchObject({ State: 'disabled', ImageCriteria: [] })
    expect(await settings(clientsFor(sandbox.url, clients.account, 'eu-west-1'))).toMatchObject({ State: 'disabled' })
  })

  test.each([
    ['get', new GetAllowedImagesSettingsCommand({ DryRun: true })],
    ['enable', new EnableAllowedImagesSettingsCommand({ AllowedImagesSettingsState: 'enabled', DryRun: true })],
    ['disable', new DisableAllowedImagesSettingsCommand({ DryRun: true })],
    ['replace', new ReplaceImageCriteriaInAllowedImagesSettingsCommand({ ImageCriteria: [], DryRun: true })]
  ])('%s: a dry run changes nothing', async (_, command) => {
    await allow(clients, 'audit-mode', [{ ImageProviders: ['amazon'] }])
    const dry = clients.ec2.send(command as GetAllowedImagesSettingsCommand)
    await expect(dry).rejects.toMatchObject({ name: 'DryRunOperation' })
    expect(await settings()).toMatchObject({ State: 'audit-mode', ImageCriteria: [{ ImageProviders: ['amazon'] }] })
  })

  test.each([
    ['enable', 'InvalidParameterValue'],
    ['disabled', 'InvalidParameterValue'],
    ['', 'MissingParameter']
  ])('cannot be enabled as "%s"', async (state, name) => {
    const command = new EnableAllowedImagesSettingsCommand({ AllowedImagesSettingsState: state as 'enabled' })
    await expect(clients.ec2.send(command)).rejects.toMatchObject({ name })
  })
})

const several = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i))

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ImageCriterionRequest.html
describe('the limits of criteria', () => {
  const atTheMost: [string, ImageCriterionRequest[]][] = [
    ['10 criteria', several(10, i => ({ ImageNames: [`name-${i}`] }))],
    ['200 providers', [{ ImageProviders: several(200, i => String(111122223333 + i)) }]],
    ['50 names, of 128 characters', [{ ImageNames: several(50, i => String(i).padStart(128, 'a')) }]],
    [
      '50 product codes, of 25 characters',
      [{ MarketplaceProductCodes: several(50, i => String(i).padStart(25, 'a')) }]
    ],
    ['50 watermarks', [{ ImageWatermarks: several(50, i => ({ WatermarkKey: `111122223333:mark-${i}` })) }]],
    ['3 characters with a ?', [{ ImageNames: ['ab?'] }]],
    ['no provider at all', [{ ImageProviders: ['none'] }]]
  ]
  test.each(atTheMost)('allow %s', async (_, criteria) => {
    await replace(clients, criteria)
    expect((await settings()).ImageCriteria).toEqual(criteria)
  })

  const refused: [string, string, ImageCriterionRequest[]][] = [
    ['11 criteria', 'InvalidParameterValue', several(11, i => ({ ImageNames: [`name-${i}`] }))],
    ['201 providers', 'InvalidParameterValue', [{ ImageProviders: several(201, i => String(111122223333 + i)) }]],
    ['51 names', 'InvalidParameterValue', [{ ImageNames: several(51, i => `name-${i}`) }]],
    ['51 product codes', 'InvalidParameterValue', [{ MarketplaceProductCodes: several(51, i => `code${i}`) }]],
    ['51 watermarks', 'InvalidParameterValue', [{ ImageWatermarks: several(51, i => ({ WatermarkKey: `a${i}` })) }]],
    ['an unknown alias', 'InvalidParameterValue', [{ ImageProviders: ['self'] }]],
    ['an account of 11 digits', 'InvalidParameterValue', [{ ImageProviders: ['11112222333'] }]],
    ['a name of 129 characters', 'InvalidParameterValue', [{ ImageNames: ['a'.repeat(129)] }]],
    ['2 characters with a ?', 'InvalidParameterValue', [{ ImageNames: ['a?'] }]],
    ['a name with a $', 'InvalidParameterValue', [{ ImageNames: ['a$b'] }]],
    ['a product code with a -', 'InvalidParameterValue', [{ MarketplaceProductCodes: ['abc-1'] }]],
    ['days below 0', 'InvalidParameterValue', [{ CreationDateCondition: { MaximumDaysSinceCreated: -1 } }]],
    [
      'days above 2^31-1',
      'InvalidParameterValue',
      [{ DeprecationTimeCondition: { MaximumDaysSinceDeprecated: 2 ** 31 } }]
    ],
    [
      'days of a watermark',
      'InvalidParameterValue',
      [{ ImageWatermarks: [{ MaximumDaysSinceSourceImageCreated: -1 }] }]
    ],
    ['days of a scan', 'InvalidParameterValue', [{ ScanResultCondition: { MaxDaysSinceLastFindingScan: -1 } }]],
    ['a severity', 'InvalidParameterValue', [{ ScanResultCondition: { MaximumSeverityLabel: 'worst' as 'high' } }]],
    ['none and others', 'InvalidParameterCombination', [{ ImageProviders: ['none', 'amazon'] }]],
    ['none and a name', 'InvalidParameterCombination', [{ ImageProviders: ['none'], ImageNames: ['a*'] }]],
    ['none and a criterion', 'InvalidParameterCombination', [{ ImageProviders: ['none'] }, { ImageNames: ['a*'] }]]
  ]
  test.each(refused)('refuse %s: %s', async (_, name, criteria) => {
    await expect(replace(clients, criteria)).rejects.toMatchObject({ name })
    expect((await settings()).ImageCriteria).toEqual([])
  })
})
