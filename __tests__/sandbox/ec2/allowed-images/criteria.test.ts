import type { Image, ImageCriterionRequest, ScanResultConditionRequest, ScanResults } from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { advance, clientsFor, newAccount, serve, served } from '../../../support/sandbox.ts'
import { seeder } from '../fixture.ts'
import { addImage } from '../images/own.ts'
import { allow, verdict } from './allow.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))

const OWNER = '444455556666'
const daysAgo = (days: number): Date => new Date(sandbox.world.clock.now().getTime() - days * 86_400_000)

/** What audit mode says of another's public image, which is first of all this. */
async function judge(
  criteria: ImageCriterionRequest[],
  image: Partial<Image>
): Promise<boolean | undefined | 'hidden'> {
  const launchPermissions = [{ Group: 'all' as const }]
  const change = { Name: 'golden-web-1', ...image, launchPermissions }
  const { ImageId } = addImage(sandbox, OWNER, change).image
  const clients = clientsFor(sandbox.url)
  await allow(clients, 'audit-mode', criteria)
  return verdict(clients, ImageId)
}

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-allowed-amis.html#how-allowed-amis-criteria-are-evaluated
describe('criteria', () => {
  const sold = [{ ProductCodeId: 'abc123', ProductCodeType: 'marketplace' as const }]
  const BY_AMAZON = { ImageOwnerAlias: 'amazon' }
  const cases: [string, boolean, ImageCriterionRequest[], Partial<Image>][] = [
    ['no criteria allow nothing', false, [], {}],
    ['the provider is its account', true, [{ ImageProviders: ['111122223333', OWNER] }], {}],
    ['the provider is another account', false, [{ ImageProviders: ['111122223333'] }], {}],
    ['the provider is the alias of verified providers', true, [{ ImageProviders: ['amazon'] }], BY_AMAZON],
    ['the provider is another alias', false, [{ ImageProviders: ['aws-marketplace'] }], BY_AMAZON],
    ['no alias is the alias of none', false, [{ ImageProviders: ['amazon'] }], {}],
    ['none allows no others', false, [{ ImageProviders: ['none'] }], BY_AMAZON],
    ['a name matches', true, [{ ImageNames: ['golden-web-1'] }], {}],
    ['a pattern matches', true, [{ ImageNames: ['silver-*', 'golden-???-*'] }], {}],
    ['no pattern matches', false, [{ ImageNames: ['silver-*', 'golden-??-*'] }], {}],
    ['a product code', true, [{ MarketplaceProductCodes: ['xyz', 'abc123'] }], { ProductCodes: sold }],
    ['another product code', false, [{ MarketplaceProductCodes: ['xyz'] }], { ProductCodes: sold }],
    ['no product code', false, [{ MarketplaceProductCodes: ['abc123'] }], {}],
    ['all of a criterion', true, [{ ImageProviders: [OWNER], ImageNames: ['golden-*'] }], {}],
    ['only one of a criterion', false, [{ ImageProviders: [OWNER], ImageNames: ['silver-*'] }], {}],
    ['one of the criteria', true, [{ ImageNames: ['silver-*'] }, { ImageProviders: [OWNER] }], {}],
    ['none of the criteria', false, [{ ImageNames: ['silver-*'] }, { ImageProviders: ['amazon'] }], {}]
  ]
  test.each(cases)('%s: %s', async (_, expected, criteria, image) => {
    expect(await judge(criteria, image)).toBe(expected)
  })
})

describe('how long ago', () => {
  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreationDateConditionRequest.html
  test.each([
    [300, 299, true],
    [300, 301, false],
    [0, 1, false]
  ])('%d days since creation, of an image %d days old: %s', async (MaximumDaysSinceCreated, days, expected) => {
    const criterion = { CreationDateCondition: { MaximumDaysSinceCreated } }
    expect(await judge([criterion], { CreationDate: daysAgo(days).toISOString() })).toBe(expected)
  })

  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeprecationTimeConditionRequest.html
  test.each([
    [0, undefined, true],
    [0, -1, true],
    [0, 1, false],
    [30, 29, true],
    [30, 31, false]
  ])('%d days since deprecation, of an image deprecated %s days ago: %s', async (days, ago, expected) => {
    const criterion = { DeprecationTimeCondition: { MaximumDaysSinceDeprecated: days } }
    const DeprecationTime = ago === undefined ? undefined : daysAgo(ago).toISOString()
    expect(await judge([criterion], { DeprecationTime })).toBe(expected)
  })

  test('an image grows out of its criterion as time passes', async () => {
    const own = await serve({ guests: new HandGuests(), seeder })
    try {
      const { ImageId } = addImage(own, newAccount(), { launchPermissions: [{ Group: 'all' }] }).image
      const clients = clientsFor(own.url)
      await allow(clients, 'audit-mode', [{ CreationDateCondition: { MaximumDaysSinceCreated: 7 } }])
      expect(await verdict(clients, ImageId)).toBe(true)
      await advance(own, 8 * 86_400)
      expect(await verdict(clients, ImageId)).toBe(false)
    } finally {
      await own.stop()
    }
  })
})

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-watermark.html
describe('watermarks', () => {
  const mark = () => ({
    WatermarkKey: '111122223333:approved',
    SourceImageRegion: 'eu-west-1',
    SourceImageCreationTime: daysAgo(20),
    WatermarkCreationTime: daysAgo(5)
  })
  const cases: [boolean, NonNullable<ImageCriterionRequest['ImageWatermarks']>][] = [
    [true, [{ WatermarkKey: '111122223333:approved' }]],
    [true, [{ WatermarkKey: '999922223333:*' }, { WatermarkKey: '*:appr?ved', SourceImageRegion: 'eu-*' }]],
    [false, [{ WatermarkKey: '*:approved', SourceImageRegion: 'us-*' }]],
    [true, [{ MaximumDaysSinceSourceImageCreated: 21, MaximumDaysSinceWatermarkCreated: 6 }]],
    [false, [{ MaximumDaysSinceSourceImageCreated: 19, MaximumDaysSinceWatermarkCreated: 6 }]],
    [false, [{ MaximumDaysSinceSourceImageCreated: 21, MaximumDaysSinceWatermarkCreated: 4 }]]
  ]
  test.each(cases)('%s: one matches all that one of the filters says, of %j', async (expected, ImageWatermarks) => {
    expect(await judge([{ ImageWatermarks }], { ImageWatermarks: [mark()] })).toBe(expected)
  })

  test('two do not match one filter together', async () => {
    const ImageWatermarks = [{ WatermarkKey: '*:approved', SourceImageRegion: 'us-east-1' }]
    const other = { ...mark(), WatermarkKey: '111122223333:other', SourceImageRegion: 'us-east-1' }
    expect(await judge([{ ImageWatermarks }], { ImageWatermarks: [mark(), other] })).toBe(false)
  })

  test('an image without any matches none', async () => {
    expect(await judge([{ ImageWatermarks: [{ WatermarkKey: '*' }] }], {})).toBe(false)
  })
})

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ScanResultConditionRequest.html
describe('scan results', () => {
  const CLEAN: ScanResults = { FindingScanDate: new Date() }
  const cases: [string, boolean, ScanResultConditionRequest, ScanResults | undefined][] = [
    ['never scanned', false, { MaximumSeverityLabel: 'critical' }, undefined],
    ['no findings', true, { MaximumSeverityLabel: 'informational' }, CLEAN],
    ['as bad as may be', true, { MaximumSeverityLabel: 'medium' }, { ...CLEAN, HighestFindingSeverityLabel: 'medium' }],
    ['worse', false, { MaximumSeverityLabel: 'medium' }, { ...CLEAN, HighestFindingSeverityLabel: 'high' }],
    ['scanned long ago', false, { MaxDaysSinceLastFindingScan: 7 }, { FindingScanDate: new Date('2020-01-01') }],
    ['scanned now', true, { MaxDaysSinceLastFindingScan: 7 }, CLEAN],
    ['without a fix', true, { MaxDaysSinceHighFixAvailable: 0 }, { ...CLEAN, HighestFindingSeverityLabel: 'high' }]
  ]
  test.each(cases)('%s: %s', async (_, expected, ScanResultCondition, ScanResults) => {
    expect(await judge([{ ScanResultCondition }], { ScanResults })).toBe(expected)
  })

  test.each(['Informational', 'Low', 'Medium', 'High', 'Critical'] as const)(
    'a fix of a finding: %s',
    async severity => {
      const results = { FindingScanDate: daysAgo(0), [`${severity}FixAvailableSince`]: daysAgo(10) }
      const limit = (days: number) => [{ ScanResultCondition: { [`MaxDaysSince${severity}FixAvailable`]: days } }]
      expect(await judge(limit(11), { ScanResults: results })).toBe(true)
      expect(await judge(limit(9), { ScanResults: results })).toBe(false)
    }
  )
})
