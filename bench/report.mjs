// The table of the benchmark and what is judged by it; pure.

/** Rounds of a row by a tool as one: medians, and the spread of what was timed. */
export function summarize(rounds) {
  const numbers = name => rounds.map(round => round[name]).filter(each => each !== undefined)
  return {
    ...rounds[0],
    seconds: medianOf(numbers('seconds')),
    spread: [Math.min(...numbers('seconds')), Math.max(...numbers('seconds'))],
    ratio: medianOf(
      rounds.filter(({ critical }) => Number.isFinite(critical)).map(({ seconds, critical }) => seconds / critical)
    ),
    ...Object.fromEntries(['total', 'plain', 'safety', 'mib'].map(name => [name, medianOf(numbers(name))])),
    throttled: Math.max(...numbers('throttled')),
    leftovers: [...new Set(rounds.flatMap(({ leftovers }) => leftovers))]
  }
}

export function medianOf(numbers) {
  const sorted = numbers.toSorted((one, other) => one - other)
  const at = Math.floor(sorted.length / 2)
  return sorted.length % 2 ? sorted[at] : sorted.length ? (sorted[at - 1] + sorted[at]) / 2 : undefined
}

const HEAD = `| | tool | wall seconds, median (spread) | ÷ critical path | EC2 calls | and safety reads | throttled | left behind | peak memory, MiB |
| --- | --- | ---: | ---: | ---: | ---: | ---: | --- | ---: |`

/** `results`: a row of the benchmark by a tool each. */
export function tableOf(results) {
  return [HEAD, ...results.map(lineOf)].join('\n')
}

function lineOf({ row, tool, seconds, spread, ratio, plain, safety, throttled, leftovers, mib }, at, all) {
  const title = at > 0 && all[at - 1].row === row ? '' : row.name
  const wall = seconds === undefined ? 'never' : `${say(seconds)} (${spread.map(say).join('–')})`
  const left = leftovers.join(', ') || 'nothing'
  const cells = [title, tool.name, wall, ratio?.toFixed(3) ?? '', plain, safety, throttled, left, Math.round(mib)]
  return `| ${cells.join(' | ')} |`
}

const say = seconds => (seconds < 10 ? seconds.toFixed(2) : seconds.toFixed(0))

/** The goals, each with what was found, and whether it is met. Packer may not have been there. */
export function judge(results) {
  const find = (isTool, name) => results.filter(({ tool, row }) => isTool(tool) && (!name || row.name === name))
  const ours = find(({ isOurs }) => isOurs)
  const packerFor = ({ row }) => find(({ name }) => name.startsWith('Packer'), row.name)[0]
  return ours.flatMap(each => {
    const packer = packerFor(each)
    return [...goalsOf(each), ...(packer ? goalsBeside(each, packer) : [])]
  })
}

function goalsOf({ row, seconds, ratio, total, throttled, leftovers }) {
  const left = leftovers.filter(what => !what.includes('a group for all bakes'))
  const goals = [
    goal(`${row.name}: nothing is left behind`, left.length, 0),
    goal(`${row.name}: throttled calls`, throttled, 0)
  ]
  if (row.when === 'first') goals.push(goal(`${row.name}: wall ÷ critical path`, ratio, 1.05))
  if (row.when === 'second') goals.push(goal(`${row.name}: seconds`, seconds, 1), goal(`${row.name}: calls`, total, 6))
  if (row.when === 'cancelled') goals.push(goal(`${row.name}: seconds to TerminateInstances`, seconds ?? Infinity, 2))
  return goals
}

function goalsBeside({ row, seconds, plain }, packer) {
  if (row.when === 'cancelled') return []
  const hasRegions = row.regions.length > 0
  const calls = goal(
    `${row.name}: calls ÷ Packer's, safety reads apart for both`,
    plain / packer.plain,
    hasRegions ? 0.6 : 1
  )
  return hasRegions ? [calls, goal(`${row.name}: seconds ÷ Packer's`, seconds / packer.seconds, 1 / 1.3)] : [calls]
}

const goal = (name, found, most) => ({ name, found, most, isMet: found <= most })

export function goalsTable(goals) {
  const shorten = number => (Number.isInteger(number) ? number : number.toFixed(3))
  const lines = goals.map(
    ({ name, found, most, isMet }) => `| ${isMet ? '✅' : '❌'} | ${name} | ${shorten(found)} | ${shorten(most)} |`
  )
  return ['| | goal | found | at most |', '| --- | --- | ---: | ---: |', ...lines].join('\n')
}
