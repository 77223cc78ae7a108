import type { DescribeLaunchTemplatesRequest, DescribeLaunchTemplatesResult } from '@aws-sdk/client-ec2'
import type { Call, Handler, Handlers } from '../../handler.ts'
import { compileFilters } from '../../world/filters.ts'
import { paginate } from '../../world/pages.ts'
import { stopDryRun } from '../dryrun.ts'
import { answerTemplate } from './answer.ts'
import { findById, findByName, ownTemplates } from './find.ts'
import { isShown } from './managed.ts'
import type { LaunchTemplateRecord } from './record.ts'

/**
 * Lists the account's launch templates, those that services manage only where asked for. One id or name that is not
 * there fails the request.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLaunchTemplates.html
 */
const describeTemplates: Handler<DescribeLaunchTemplatesRequest, DescribeLaunchTemplatesResult> = (input, call) => {
  const passes = compileFilters<LaunchTemplateRecord>(input.Filters, {
    'create-time': ({ template }) => template.CreateTime?.toISOString(),
    'launch-template-name': ({ template }) => template.LaunchTemplateName
  })
  const named = namedTemplates(input, call)
  const asked = { isNamed: named !== undefined, all: input.IncludeManagedResources }
  const found = (named ?? ownTemplates(call)).filter(record => isShown(record, asked, call) && passes(record))
  stopDryRun(input)
  const { page, ...rest } = paginate(found, input, { max: 200 })
  return { LaunchTemplates: page.map(answerTemplate), ...rest }
}

function namedTemplates(
  { LaunchTemplateIds: ids = [], LaunchTemplateNames: names = [] }: DescribeLaunchTemplatesRequest,
  call: Call
): LaunchTemplateRecord[] | undefined {
  if (ids.length === 0 && names.length === 0) return undefined
  return [...new Set([...ids.map(id => findById(id, call)), ...names.map(name => findByName(name, call))])]
}

export const describeTemplateHandlers = { DescribeLaunchTemplates: describeTemplates } satisfies Handlers
