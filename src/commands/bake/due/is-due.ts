import type { Aws } from '../../../aws/aws.ts'
import { AmiError } from '../../../errors.ts'
import { digestContent } from '../../../recipe/digest.ts'
import type { Recipe } from '../../../recipe/recipe.ts'
import { readFindings } from '../../observe-family.ts'
import type { ContentFacts } from '../observe/facts.ts'
import { chooseBase } from '../plan/choose-base.ts'
import { digestSnapshot } from '../plan/plan-register.ts'
import { needsFindings } from './judge-findings.ts'
import { explainAlways, findCandidate, judgeReuse, type Verdict, type Wanted } from './reuse.ts'

/** Whether a new image must be made; reads findings only where EC2 says that there are some that matter. */
export async function isDue(aws: Aws, recipe: Recipe, content: ContentFacts): Promise<Verdict> {
  const { inputs } = aws.run
  const always = explainAlways(recipe, inputs)
  if (always) return { kind: 'build', reason: always }
  const wanted = identify(recipe, content)
  if (!wanted) return { kind: 'build', reason: 'the base is not usable' }
  const candidate = findCandidate(content.family, wanted.digest, inputs.channel)
  const isRead = candidate !== undefined && needsFindings(candidate)
  const findings = isRead ? await readFindings(aws.in(content.region), candidate.image.imageId) : []
  return judgeReuse(recipe, wanted, { ...content, findings }, inputs)
}

/** Undefined where the base is refused: the plan says so, together with what else stands in the way. */
function identify(recipe: Recipe, content: ContentFacts): Wanted | undefined {
  const { base } = recipe
  if (base.kind === 'snapshot') return { baseImageId: base.id, ...digestSnapshot(recipe, base) }
  try {
    const { ImageId: baseImageId, Architecture: architecture = '' } = chooseBase(recipe, content)
    return { baseImageId, ...digestContent(recipe, { baseImageId, architecture }) }
  } catch (error) {
    if (error instanceof AmiError) return undefined
    throw error
  }
}
