import type { DescribeImageReferencesRequest, DescribeImageReferencesResult } from '@aws-sdk/client-ec2'
import { invalidValue, missingParameter } from '../../errors.ts'
import type { Handler, Handlers } from '../../handler.ts'
import { checkId } from '../../world/ids.ts'
import { paginate } from '../../world/pages.ts'
import { stopDryRun } from '../dryrun.ts'
import { findReferences } from './find.ts'
import { type ReferenceScope, readScope, type SupportedTypes } from './options.ts'

const MOST_IMAGES = 10
const DEFAULT_DEPTH = 10
const TYPES: SupportedTypes = {
  'ec2:Instance': 'state-name',
  'ec2:LaunchTemplate': 'version-depth',
  'ssm:Parameter': undefined,
  'imagebuilder:ImageRecipe': undefined,
  'imagebuilder:ContainerRecipe': undefined
}

/**
 * Lists the caller's own instances, launch templates and parameters of the region that name one of up to ten images, each
 * once: instances of any state, the newest ten versions of a template, parameters of the data type `aws:ec2:image`. It
 * sees neither aliases nor launch configurations, groups, fleets and spot requests.
 *
 * @lacks recipes of Image Builder: none are there; the rights to describe each kind
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-ami-references.html
 */
const describeImageReferences: Handler<DescribeImageReferencesRequest, DescribeImageReferencesResult> = (
  input,
  call
) => {
  const { ImageIds: ids = [] } = input
  if (ids.length === 0) throw missingParameter('ImageId')
  if (ids.length > MOST_IMAGES) throw invalidValue('ImageId', String(ids.length), `up to ${MOST_IMAGES} images`)
  for (const id of ids) checkId('image', id)
  const scope = readRequest(input)
  stopDryRun(input)
  const found = [...new Set(ids)].flatMap(ImageId =>
    findReferences(ImageId, call, scope).map(({ type, arn }) => ({ ImageId, ResourceType: type, Arn: arn }))
  )
  const { page, ...rest } = paginate(found, input)
  return { ImageReferences: page, ...rest }
}

function readRequest({ IncludeAllResourceTypes: all, ResourceTypes: asked = [] }: DescribeImageReferencesRequest) {
  if (!all && asked.length === 0) throw missingParameter('ResourceType')
  const scope: ReferenceScope = readScope(asked, TYPES, DEFAULT_DEPTH)
  return all ? { ...scope, types: new Set(Object.keys(TYPES)) } : scope
}

export const imageReferenceHandlers = {
  DescribeImageReferences: describeImageReferences
} satisfies Handlers
