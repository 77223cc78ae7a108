import type { Context } from './context.ts'
import { secondsOf } from './defaults.ts'
import type { FilesStep, ScriptStep, Step } from './recipe.ts'
import type { WrittenStep } from './schema.ts'
import type { Path } from './source.ts'

/** A script is sent in parts where it does not fit into a Run Command document; beyond this it is taken for a mistake. */
const MAX_SCRIPT_BYTES = 1024 * 1024
const MAX_FILE_BYTES = 8 * 1024 * 1024
const MAX_NAME_LENGTH = 60
const DEFAULT_TIMEOUT_SECONDS = 30 * 60

/** The steps of a list, each with the text of its script. */
export function resolveSteps(context: Context, at: Path, written: readonly WrittenStep[] = []): Step[] {
  return written.map((step, index) => resolveStep(context, [...at, index], step))
}

/** The steps of `test`, which are scripts only. */
export function resolveTests(context: Context, at: Path, written: readonly WrittenStep[] = []): ScriptStep[] {
  return resolveSteps(context, at, written).filter((step, index): step is ScriptStep => {
    if (step.kind === 'files') context.refuse([...at, index], `test[${index}]: expected run or script, found files`)
    return step.kind === 'run'
  })
}

function resolveStep(context: Context, at: Path, step: WrittenStep): Step {
  const common = {
    name: (step.name ?? nameOf(step)).slice(0, MAX_NAME_LENGTH),
    timeoutSeconds: step.timeout ? secondsOf(step.timeout) : DEFAULT_TIMEOUT_SECONDS,
    place: context.source.placeOf(at)
  }
  if (step.files) return { ...common, kind: 'files', files: resolveFiles(context, at, step.files) }
  const shell = step.shell ?? 'bash'
  const script = step.run ?? readScript(context, [...at, 'script'], step.script ?? '')
  if (shell === 'bash' && script.includes('\r\n')) {
    context.refuse(at, `Expected '${common.name}' to have Unix line ends, found Windows ones, which bash cannot run`)
  }
  return { ...common, kind: 'run', script, shell, env: step.env ?? {} }
}

const readScript = (context: Context, at: Path, name: string): string => context.readText(at, name, MAX_SCRIPT_BYTES)

function resolveFiles(context: Context, at: Path, files: Readonly<Record<string, string>>): FilesStep['files'] {
  return Object.entries(files).map(([source, target]) => {
    const content = context.readBytes([...at, 'files', source], source, MAX_FILE_BYTES)
    return { content, source, target }
  })
}

function nameOf(step: WrittenStep): string {
  if (step.script) return step.script
  const firstLine = step.run?.split('\n').find(line => line.trim() !== '')
  return firstLine?.trim() ?? 'files'
}
