import { formatDuration } from '../../image/duration.ts'
import { cell, codeBlock } from '../markdown.ts'
import { medianSeconds } from './boot/boot-report.ts'
import type { CheckResult } from './checks/checks.ts'
import { hasPassed, type Verified, type VerifyStory } from './story.ts'

const MARKS: Readonly<Record<CheckResult['outcome'], string>> = {
  passed: '✅',
  failed: '❌',
  warned: '⚠️',
  'not applicable': '➖',
  off: '➖'
}

/** The job summary of a verification, in Markdown. */
export function summarize({ run, verified }: VerifyStory, error?: unknown): string {
  const good = verified.filter(hasPassed).length
  const title = run.inputs.dryRun ? 'would be verified further' : 'passed'
  const heading =
    verified.length === 0
      ? '## ❌ Verifying failed'
      : `## ${good === verified.length ? '✅' : '❌'} ${good} of ${verified.length} images ${title}`
  const parts = [
    heading,
    ...(error !== undefined && verified.length === 0 ? [codeBlock(error)] : []),
    ...verified.map(describe)
  ]
  return `${parts.join('\n\n')}\n`
}

function describe(each: Verified): string {
  const { place, imageId, name = '', results, boot, error } = each
  const head = `### ${hasPassed(each) ? '✅' : '❌'} \`${imageId}\` ${cell(name)} in ${place}`
  const seconds = boot && medianSeconds(boot)
  const timing =
    seconds === undefined
      ? []
      : [`Ready ${formatDuration(seconds)} after its launch, the median of ${boot?.boots.length}.`]
  const rows = results.filter(({ outcome }) => outcome !== 'off').map(row)
  const table =
    rows.length > 0 ? [['| | Check | Expected | Found |', '| --- | --- | --- | --- |', ...rows].join('\n')] : []
  return [head, ...(error === undefined ? [] : [codeBlock(error)]), ...timing, ...table].join('\n\n')
}

const row = ({ id, outcome, expected, found, fix }: CheckResult): string =>
  `| ${MARKS[outcome]} | ${id} | ${expected} | ${found ? `${cell(found)}. ${fix ?? ''}` : ''} |`
