import type { FilesStep, ScriptStep, Step } from '../recipe/recipe.ts'
import { quote } from './shell.ts'

/** A step as what runs on the builder: files are written by a script, byte by byte as they are, for all to read. */
export const toScriptStep = (step: Step): ScriptStep => (step.kind === 'run' ? step : writeFiles(step))

function writeFiles({ name, timeoutSeconds, place, files }: FilesStep): ScriptStep {
  const script = files.map(writeFile).join('')
  return { kind: 'run', name, timeoutSeconds, place, script, shell: 'bash', env: {} }
}

/** Into a file beside it first, so that nobody ever reads half of it. */
function writeFile({ content, source, target }: FilesStep['files'][number]): string {
  const [path, fresh] = [quote(target), quote(`${target}.ami-action`)]
  return `mkdir -p -- "$(dirname -- ${path})"
base64 -d >${fresh} <<'END'
${content.toString('base64').replace(/.{1,120}/g, '$&\n')}END
chmod 644 ${fresh}
mv -f -- ${fresh} ${path}
echo ${quote(`${source} → ${target} (${content.length} bytes)`)}
`
}
