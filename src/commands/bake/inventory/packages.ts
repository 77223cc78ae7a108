/** What is installed in an image. */
export interface Inventory {
  readonly system: System
  readonly packages: readonly Package[]
}

/** As os-release names it, such as `amzn` and `2023`; `windows` and its build. */
export interface System {
  readonly id: string
  readonly version: string
}

export interface Package {
  readonly kind: 'rpm' | 'deb' | 'feature' | 'update' | 'program'
  readonly name: string
  /** As rpm and dpkg write it, with its epoch; features and updates of Windows have none. */
  readonly version: string
  readonly architecture: string
}

const KINDS: readonly string[] = ['rpm', 'deb', 'feature', 'update', 'program'] satisfies Package['kind'][]
/** What rpm lists without being a package. */
const KEY = 'gpg-pubkey'

/** Reads what a builder has listed; pure. A line that is not one of ours is left out. */
export function readInventory(lines: readonly string[]): Inventory {
  const rows = lines.map(line => line.split('\t'))
  const [, id = '', version = ''] = rows.find(([kind]) => kind === 'os') ?? []
  return { system: { id, version }, packages: rows.flatMap(toPackage) }
}

function toPackage([kind = '', name = '', version = '', architecture = '', status = '']: readonly string[]): Package[] {
  const isThere = status === '' || status === 'installed'
  if (!isKind(kind) || name === '' || name === KEY || !isThere) return []
  return [{ kind, name, version, architecture }]
}

const isKind = (text: string): text is Package['kind'] => KINDS.includes(text)
