import type { Inventory, Package } from './packages.ts'

/** What became of a package; of one that was added or removed one side is empty. */
export interface Difference {
  readonly name: string
  readonly architecture: string
  /** Versions; several, where several are installed side by side as kernels are. */
  readonly before: readonly string[]
  readonly now: readonly string[]
}

/** Which packages differ, by name; pure. */
export function compareInventories(before: Inventory, now: Inventory): Difference[] {
  const [old, fresh] = [groupByName(before), groupByName(now)]
  const keys = [...new Set([...old.keys(), ...fresh.keys()])].sort()
  return keys.flatMap(key => {
    const [was, is] = [old.get(key) ?? [], fresh.get(key) ?? []]
    const [one] = [...is, ...was]
    const versions = { before: versionsOf(was), now: versionsOf(is) }
    if (!one || versions.before.join('\n') === versions.now.join('\n')) return []
    return [{ name: one.name, architecture: one.architecture, ...versions }]
  })
}

function groupByName({ packages }: Inventory): Map<string, Package[]> {
  const groups = new Map<string, Package[]>()
  for (const each of packages) {
    const key = [each.name, each.kind, each.architecture].join('\t')
    groups.set(key, [...(groups.get(key) ?? []), each])
  }
  return groups
}

/** What has no version is said to be installed. */
const versionsOf = (packages: readonly Package[]): string[] =>
  [...new Set(packages.map(({ version }) => version || 'installed'))].sort()
