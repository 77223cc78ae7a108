import { AmiError } from '../errors.ts'

/** What a name is made of when the recipe has no template of its own. */
export const DEFAULT_NAME_TEMPLATE = '{family}-{date}-{time}-{digest}'

const PLACEHOLDERS = ['family', 'strategy', 'date', 'time', 'digest'] as const
type Placeholder = (typeof PLACEHOLDERS)[number]

/** What the placeholders stand for: date as 20261231, time as 235959, of the digest its first eight digits. */
type NameFields = Readonly<Record<Placeholder, string>>

const PLACEHOLDER = /\{([^{}]*)\}/g
const ALLOWED = /^[A-Za-z0-9()[\] ./'@_-]*$/

/** Fills a template in. Errors: NAME, where EC2 would refuse the name. */
export function renderName(template: string, fields: NameFields): string {
  const name = fill(template, fields)
  const problem = findNameProblem(name)
  if (problem) throw new AmiError('NAME', `Image name '${name}': ${problem}`)
  return name
}

/** What is wrong with a template, as part of a sentence; undefined if nothing is. */
export function findTemplateProblem(template: string, family: string): string | undefined {
  const unknown = [...template.matchAll(PLACEHOLDER)].map(match => match[1] ?? '').find(name => !isPlaceholder(name))
  if (unknown !== undefined) {
    return `expected the placeholders ${PLACEHOLDERS.map(name => `{${name}}`).join(' ')}, found {${unknown}}`
  }
  return findNameProblem(fill(template, { ...LONGEST, family }))
}

const LONGEST = { strategy: 'os-only', date: '20261231', time: '235959', digest: '00000000' }

/**
 * What EC2 would refuse in an AMI's name, as part of a sentence; undefined if nothing.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateImage.html (Name)
 */
export function findNameProblem(name: string): string | undefined {
  if (name.length < 3 || name.length > 128) return `expected 3 to 128 characters, found ${name.length}`
  const bad = [...name].find(character => !ALLOWED.test(character))
  if (bad === undefined) return undefined
  return `expected letters, digits, spaces and ( ) [ ] . / - ' @ _, found '${bad}'`
}

const fill = (template: string, fields: NameFields): string =>
  template.replace(PLACEHOLDER, (all, name: string) => (isPlaceholder(name) ? fields[name] : all))

const isPlaceholder = (name: string): name is Placeholder => PLACEHOLDERS.some(known => known === name)
