import type { ImageCriterion, ImageCriterionRequest, ImageWatermarkFilterRequest } from '@aws-sdk/client-ec2'
import { invalidValue, missingParameter, ServiceError } from '../../errors.ts'
import { SEVERITIES } from '../findings/scan-results.ts'

const MOST_CRITERIA = 10
const MOST_DAYS = 2_147_483_647

/** How many values a list may have, and what each has to be. */
const LISTS = {
  ImageProviders: { most: 200, form: /^(amazon|aws-marketplace|aws-backup-vault|none|\d{12})$/, is: 'a provider' },
  ImageNames: { most: 50, form: /^[A-Za-z0-9()[\]./\-'@_*? ]{1,128}$/, is: 'the pattern of an image name' },
  MarketplaceProductCodes: { most: 50, form: /^[A-Za-z0-9]{1,25}$/, is: '1 to 25 letters and numbers' }
} as const

type ListName = keyof typeof LISTS
const LIST_NAMES = ['ImageProviders', 'ImageNames', 'MarketplaceProductCodes'] as const satisfies ListName[]

/**
 * The criteria as they are kept. Errors: InvalidParameterValue, InvalidParameterCombination, MissingParameter.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ImageCriterionRequest.html
 */
export function readCriteria(asked: readonly ImageCriterionRequest[]): ImageCriterion[] {
  checkCount('ImageCriterion', asked, MOST_CRITERIA)
  const criteria = asked.map((criterion, index) => readCriterion(criterion, `ImageCriterion.${index + 1}`))
  const isNone = criteria.some(({ ImageProviders: providers }) => providers?.includes('none'))
  const isAlone = criteria.length === 1 && Object.keys(criteria[0] ?? {}).length === 1
  if (isNone && !(isAlone && criteria[0]?.ImageProviders?.length === 1)) {
    const sentence = "When the image provider 'none' is specified, no other criteria can be specified"
    throw new ServiceError('InvalidParameterCombination', sentence)
  }
  return criteria
}

function readCriterion(asked: ImageCriterionRequest, path: string): ImageCriterion {
  const given = Object.entries(asked).filter(([, value]) => value !== undefined && !isEmpty(value))
  if (given.length === 0) throw missingParameter(path)
  for (const name of LIST_NAMES) checkList(name, asked[name] ?? [], path)
  const { ImageWatermarks: marks = [], ScanResultCondition: scan } = asked
  checkCount(`${path}.ImageWatermark`, marks, 50)
  marks.forEach((mark, index) => {
    checkWatermark(mark, `${path}.ImageWatermark.${index + 1}`)
  })
  const { MaximumSeverityLabel: severity, ...scanDays } = scan ?? {}
  if (severity && !SEVERITIES.includes(severity)) {
    throw invalidValue(`${path}.MaximumSeverityLabel`, severity, `one of ${SEVERITIES.join(', ')}`)
  }
  checkDays({ ...asked.CreationDateCondition, ...asked.DeprecationTimeCondition, ...scanDays }, path)
  return Object.fromEntries(given)
}

const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0

function checkList(name: ListName, values: readonly string[], path: string): void {
  const { most, form, is } = LISTS[name]
  const at = `${path}.${name.slice(0, -1)}`
  checkCount(at, values, most)
  const odd = values.find(value => !form.test(value) || (name === 'ImageNames' && isShortPattern(value)))
  if (odd !== undefined) throw invalidValue(at, odd, is)
}

/** With a `?` in it a name has at least 3 characters. */
const isShortPattern = (name: string): boolean => name.includes('?') && name.length < 3

function checkWatermark(mark: ImageWatermarkFilterRequest, path: string): void {
  const { WatermarkKey: key, SourceImageRegion: region, ...days } = mark
  if (!key && !region && Object.values(days).every(value => value === undefined)) throw missingParameter(path)
  checkDays(days, path)
}

function checkDays(days: Readonly<Record<string, number | undefined>>, path: string): void {
  for (const [name, value] of Object.entries(days)) {
    if (value === undefined || (Number.isInteger(value) && value >= 0 && value <= MOST_DAYS)) continue
    throw invalidValue(`${path}.${name}`, String(value), `a whole number from 0 to ${MOST_DAYS}`)
  }
}

function checkCount(name: string, values: readonly unknown[], most: number): void {
  if (values.length > most) throw invalidValue(name, `${values.length} values`, `at most ${most} values`)
}
