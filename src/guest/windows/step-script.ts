import type { FilesStep, Step } from '../../recipe/recipe.ts'
import { quotePowerShell, STRICT } from './powershell.ts'

/**
 * PowerShell that runs one step. It fails as a step of GitHub's runner would: at the first error of a cmdlet, or with the
 * exit code of the last program.
 *
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#exit-codes-and-error-action-preference
 */
export function stepScript(step: Step): string {
  if (step.kind === 'files') return `${STRICT}${step.files.map(writeFile).join('')}`
  const environment = Object.entries(step.env).map(([name, value]) => `$env:${name} = ${quotePowerShell(value)}\n`)
  return `${STRICT}${environment.join('')}${step.script.trimEnd()}\nexit $LASTEXITCODE\n`
}

function writeFile({ content, source, target }: FilesStep['files'][number]): string {
  const folder = target.replace(/[\\/][^\\/]*$/, '')
  const isRoot = /^[A-Za-z]:$/.test(folder)
  const said = `${source} → ${target} (${content.length} bytes)`
  return `${isRoot ? '' : `New-Item -ItemType Directory -Force -Path ${quotePowerShell(folder)} | Out-Null\n`}[IO.File]::WriteAllBytes(${quotePowerShell(target)}, [Convert]::FromBase64String('${content.toString('base64')}'))
Write-Output ${quotePowerShell(said)}
`
}
