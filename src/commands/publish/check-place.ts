import type { AutoScalingGroup } from '@aws-sdk/client-auto-scaling'
import { AmiError } from '../../errors.ts'
import { type FamilyImage, toFamilyImage } from '../../image/family-image.ts'
import { findAccountsWithoutKey } from '../../image/key-policy.ts'
import { TAGS } from '../../image/tags.ts'
import type { Recipe } from '../../recipe/recipe.ts'
import { wantedPermissions } from '../wanted-permissions.ts'
import type { HeadFacts, KeyFacts, PlaceFacts } from './facts.ts'

export interface PublishRules {
  readonly now: Date
  /** Whether content that is held is published all the same. */
  readonly force: boolean
}

/** Why a place can't be published to. */
export function checkPlace(facts: PlaceFacts, recipe: Recipe, rules: PublishRules): AmiError[] {
  return [...checkShared(facts, recipe, rules), ...checkParameter(facts), ...facts.groups.flatMap(checkGroup(recipe))]
}

function checkShared({ place, head, isOwn }: PlaceFacts, recipe: Recipe, rules: PublishRules): AmiError[] {
  const { account } = place
  const { accounts, organizations } = recipe.share
  const isShared = isOwn || organizations.length > 0 || (account !== undefined && accounts.includes(account))
  if (isShared) return checkHead(head, recipe, rules)
  const hint = 'Name the account there, or `copy` the image into it.'
  const sentence = `Expected an image of its own, or ${account} in \`share.accounts\`, found neither`
  return [new AmiError('INPUT', sentence, { hint })]
}

/** @see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-ec2-aliases.html */
function checkParameter({ parameter }: PlaceFacts): AmiError[] {
  if (!parameter?.type || parameter.type === 'String') return []
  const hint = 'Delete it, or name another one: a parameter keeps its type.'
  return [
    new AmiError('INPUT', `Expected the parameter ${parameter.name} of the type String, found ${parameter.type}`, {
      hint
    })
  ]
}

/** A refresh brings a group the new image only if the group follows the template. */
const checkGroup =
  ({ publish: { launchTemplate } }: Recipe) =>
  (group: AutoScalingGroup): AmiError[] => {
    const named = group.LaunchTemplate ?? group.MixedInstancesPolicy?.LaunchTemplate?.LaunchTemplateSpecification
    const isOurs = launchTemplate === named?.LaunchTemplateName || launchTemplate === named?.LaunchTemplateId
    const follows = isOurs && /^\$(?:Default|Latest)$/.test(named?.Version ?? '$Default')
    if (follows) return []
    const found = named ? `version ${named.Version} of ${named.LaunchTemplateName ?? named.LaunchTemplateId}` : 'none'
    const sentence = `Expected the Auto Scaling group ${group.AutoScalingGroupName} to launch the default version of ${launchTemplate}, found ${found}`
    return [
      new AmiError('INPUT', sentence, { hint: 'Update the group, or leave it out of `publish.instance-refresh`.' })
    ]
  }

/** Why an image is not published: it is not known to be good, not any more, or could not be launched by whom it is for. */
function checkHead(head: HeadFacts, recipe: Recipe, rules: PublishRules): AmiError[] {
  const image = toFamilyImage(head.image)
  const wrong = [...checkState(image, recipe), ...checkVerified(image), ...checkLife(image, head, rules)]
  const problems = wrong.map(({ found, hint }) => {
    const sentence = `Expected an image to publish, found ${image.imageId}, which ${found}`
    return new AmiError('INPUT', sentence, { hint })
  })
  return [...problems, ...head.keys.flatMap(key => checkKey(key, head, recipe))]
}

interface Wrong {
  readonly found: string
  readonly hint: string
}

function checkState({ isFinished, state, tags }: FamilyImage, { family }: Recipe): Wrong[] {
  if (!isFinished || tags[TAGS.family] !== family)
    return [{ found: `is none of the family ${family}`, hint: 'Bake it with this recipe, or copy it with `copy`.' }]
  if (tags[TAGS.channel] === 'test')
    return [{ found: 'is of the channel test', hint: 'Bake it with `channel: release`.' }]
  if (state !== 'available') return [{ found: `is ${state}`, hint: 'Wait for it, or bake another.' }]
  return []
}

function checkVerified({ tags }: FamilyImage): Wrong[] {
  const verified = tags[TAGS.verified]
  if (verified?.startsWith('passed ')) return []
  const found = verified === undefined ? 'was never verified' : `did not pass: ${verified}`
  return [{ found, hint: 'Run `verify` on it first; a copy has to pass for itself, with `level: copy`.' }]
}

function checkLife({ validUntil, tags }: FamilyImage, { image, family }: HeadFacts, { now, force }: PublishRules) {
  const wrong: Wrong[] = []
  const rebake = 'Bake a new one.'
  if (validUntil && validUntil <= now)
    wrong.push({ found: `was valid until ${validUntil.toISOString().slice(0, 10)}`, hint: rebake })
  if (image.DeprecationTime && new Date(image.DeprecationTime) <= now)
    wrong.push({ found: 'is deprecated', hint: rebake })
  const held = force ? undefined : findHold(family.map(toFamilyImage), tags[TAGS.digest])
  if (held) {
    const hint = 'Change the recipe, or publish it with `force: true`.'
    wrong.push({
      found: `has the content of ${held.imageId}, which was rolled back (${held.tags[TAGS.rolledBack]})`,
      hint
    })
  }
  return wrong
}

/** The image of the same content that somebody has gone back from. */
const findHold = (family: readonly FamilyImage[], digest: string | undefined): FamilyImage | undefined =>
  family.find(({ tags }) => tags[TAGS.rolledBack] !== undefined && tags[TAGS.digest] === digest)

/** @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sharingamis-explicit.html#sharing-amis-kms */
function checkKey({ arn, manager, policy }: KeyFacts, head: HeadFacts, recipe: Recipe): AmiError[] {
  const wanted = wantedPermissions(recipe, head)
  if (wanted.length === 0) return []
  const accounts = wanted.flatMap(({ UserId }) => UserId ?? [])
  const { image } = head
  const expected = `Expected ${image.ImageId} to be encrypted with a key that those in \`share\` can use`
  if (manager === 'AWS') {
    const hint = 'Run `encrypt` with a key of your own, and publish that image.'
    return [new AmiError('KEY', `${expected}, found ${arn}, which AWS manages for its account alone`, { hint })]
  }
  const without = policy === undefined ? [] : findAccountsWithoutKey(policy, accounts)
  if (without.length === 0) return []
  const hint = `Add to the key's policy: ${JSON.stringify(statementFor(without, arn))}`
  return [
    new AmiError('KEY', `${expected}, found ${arn}, whose policy does not let ${without.join(', ')} in`, { hint })
  ]
}

const statementFor = (accounts: readonly string[], arn: string): object => ({
  Effect: 'Allow',
  Principal: { AWS: accounts.map(account => `arn:${arn.split(':')[1] ?? 'aws'}:iam::${account}:root`) },
  Action: ['kms:DescribeKey', 'kms:ReEncrypt*', 'kms:CreateGrant', 'kms:Decrypt'],
  Resource: '*'
})
