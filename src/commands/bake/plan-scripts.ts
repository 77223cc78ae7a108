import { checkCommandSize } from '../../guest/command-document.ts'
import { toScriptStep } from '../../guest/files-script.ts'
import { stepScript } from '../../guest/step-script.ts'
import { provisioningUserData } from '../../guest/user-data.ts'
import type { Recipe } from '../../recipe/recipe.ts'

const ANY_NONCE = '0'.repeat(12)
const ANY_DEADLINE_SECONDS = 86_400

/** Refuses scripts that don't fit into the way they go to the builder. Errors: RECIPE. */
export function checkScripts({ provision }: Recipe): void {
  const steps = provision.steps.map(toScriptStep)
  if (provision.via === 'user-data') provisioningUserData(steps, ANY_NONCE, ANY_DEADLINE_SECONDS)
  else {
    for (const [i, step] of steps.entries()) {
      checkCommandSize(stepScript(step, { nonce: ANY_NONCE, step: i + 1 }), `step '${step.name}'`, step.place)
    }
  }
}
