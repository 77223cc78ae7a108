import type {
  DescribeLaunchTemplateVersionsRequest,
  DescribeLaunchTemplateVersionsResult,
  LaunchTemplateVersion
} from '@aws-sdk/client-ec2'
import { invalidValue, missingParameter } from '../../errors.ts'
import type { Call, Handler, Handlers } from '../../handler.ts'
import { compileFilters } from '../../world/filters.ts'
import { paginate } from '../../world/pages.ts'
import { stopDryRun } from '../dryrun.ts'
import { answerVersion } from './answer.ts'
import { findTemplate, findVersion, ownTemplates, parseVersion } from './find.ts'
import { isShown } from './managed.ts'
import type { LaunchTemplateRecord, TemplateVersion } from './record.ts'
import { type FilteredVersion, versionFields } from './version-fields.ts'

const NO_TAGS: ReadonlyMap<string, string> = new Map()

/**
 * Lists versions, the newest first: of one template, or the latest and default ones of all.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLaunchTemplateVersions.html
 */
const describeVersions: Handler<DescribeLaunchTemplateVersionsRequest, DescribeLaunchTemplateVersionsResult> = (
  input,
  call
) => {
  const passes = compileFilters<FilteredVersion>(input.Filters, versionFields)
  const found = isNamed(input) ? versionsOf(findTemplate(input, call), input) : versionsOfAll(input, call)
  stopDryRun(input)
  const shown = found
    .map(([record, version]) => answerVersion(record, version, input.ResolveAlias, call))
    .filter((version: LaunchTemplateVersion) => passes({ version, tags: NO_TAGS }))
  const { page, ...rest } = paginate(shown, input, { max: 200 })
  return { LaunchTemplateVersions: page, ...rest }
}

type Found = readonly [record: LaunchTemplateRecord, version: TemplateVersion]

const isNamed = ({ LaunchTemplateId: id, LaunchTemplateName: name }: DescribeLaunchTemplateVersionsRequest): boolean =>
  Boolean(id || name)

function versionsOf(record: LaunchTemplateRecord, input: DescribeLaunchTemplateVersionsRequest): Found[] {
  const { Versions: names, MinVersion: min = '0', MaxVersion: max } = input
  const above = parseVersion(min)
  const upTo = max === undefined ? Number.POSITIVE_INFINITY : parseVersion(max)
  const asked = names?.length ? names.map(name => findVersion(record, name)) : [...record.versions.values()]
  return [...new Set(asked)]
    .filter(({ VersionNumber: number }) => number > above && number <= upTo)
    .sort((a, b) => b.VersionNumber - a.VersionNumber)
    .map(version => [record, version])
}

function versionsOfAll(input: DescribeLaunchTemplateVersionsRequest, call: Call): Found[] {
  const { Versions: names = [], IncludeManagedResources: all } = input
  if (names.length === 0) throw missingParameter('LaunchTemplateId, LaunchTemplateName or Versions')
  const number = names.find(name => name !== '$Latest' && name !== '$Default')
  if (number !== undefined) throw invalidValue('Versions', number, '$Latest or $Default, where no template is named')
  return ownTemplates(call)
    .filter(record => isShown(record, { isNamed: false, all }, call))
    .flatMap(record => versionsOf(record, { Versions: names }))
}

export const describeVersionHandlers = { DescribeLaunchTemplateVersions: describeVersions } satisfies Handlers
