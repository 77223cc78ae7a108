import type { Aws } from '../../../aws/aws.ts'
import type { Recipe } from '../../../recipe/recipe.ts'
import { awaitState } from '../../bake/builder/instance-state.ts'
import { BootBySsm } from './boot-by-ssm.ts'
import { BootByUserData } from './boot-by-user-data.ts'
import type { Boot, BootReport } from './boot-report.ts'
import type { BootWay } from './boot-way.ts'
import { endLeft } from './end-left.ts'
import type { BootPlan } from './plan-boot.ts'
import { TestInstances } from './test-instances.ts'

const RUNNING_SECONDS = 600

/** Boots instances of an image, asks them who they are, and runs the recipe's tests on the first, unless it is a copy's. */
export async function bootTest(aws: Aws, plan: BootPlan, recipe: Recipe): Promise<BootReport> {
  await using instances = new TestInstances(aws, plan)
  const tests = plan.count > 1 ? recipe.test : []
  const ways = Array.from({ length: plan.count }, (_, i) => chooseWay(aws, plan, recipe, i === 0 ? tests : []))
  const [boots] = await Promise.all([
    Promise.all(ways.map(way => boot(aws, plan, recipe, instances, way))),
    endLeft(aws, plan)
  ])
  return { boots, tests: tests.length > 0 ? ((await ways[0]?.runTests()) ?? []) : [] }
}

const chooseWay = (aws: Aws, plan: BootPlan, recipe: Recipe, tests: Recipe['test']): BootWay =>
  plan.via === 'ssm' ? new BootBySsm(aws, plan, recipe) : new BootByUserData(aws, plan, recipe, tests)

async function boot(aws: Aws, plan: BootPlan, recipe: Recipe, instances: TestInstances, way: BootWay): Promise<Boot> {
  const start = Date.now()
  const since = () => Math.round((Date.now() - start) / 100) / 10
  const instanceId = await instances.launch(recipe, way.userData)
  await awaitState(aws, plan.region, instanceId, {
    state: 'running',
    expected: ['pending', 'running'],
    timeoutSeconds: RUNNING_SECONDS
  })
  return { instanceId, ...(await way.examine(instanceId, since)) }
}
