import { secretsIn } from './secrets.mjs'

const NONSENSE = [
  [/^\s+at .*[:(]\d+:\d+\)?$/m, 'a stack trace'],
  [/\bundefined\b/, '"undefined"'],
  [/\[object \w+\]/, 'an object'],
  [/\bNaN\b/, '"NaN"'],
  [/::error::\s*$/m, 'an empty error']
]

/** What is wrong with what a step has said, and with how it ended. */
export function judgeStep({ bundle, code, isHanging, log, texts }) {
  const all = [log, ...Object.values(texts)].join('\n')
  const nonsense = NONSENSE.filter(([pattern]) => pattern.test(all)).map(
    ([pattern, what]) => `${what} (${pattern.exec(all)[0]})`
  )
  const hasError = /^::error/m.test(log)
  return [
    ...nonsense.map(what => `${bundle} says ${what}`),
    ...secretsIn(all).map(name => `${bundle} tells the secret ${name}`),
    ...(isHanging ? [`${bundle} hangs`] : []),
    ...(code === 1 && !hasError ? [`${bundle} ended with 1 without an error`] : []),
    ...(code === 0 && hasError ? [`${bundle} ended with 0 and an error`] : []),
    ...(code !== null && code > 1 ? [`${bundle} ended with ${code}`] : [])
  ]
}
