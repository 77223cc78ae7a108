import { dirname } from 'node:path'

/** Folders that a root filesystem has; the host's others are its own affair and not seen by guests. */
const STANDARD =
  'bin boot dev etc home lib lib32 lib64 libx32 media mnt opt proc root run sbin srv sys tmp usr var'.split(' ')

/** What a guest finds empty: people's files, and what identifies the host or grants access to it. */
const EMPTY_FOLDERS = ['root', 'home', 'mnt', 'media', 'srv', 'tmp', 'run', 'var/tmp']
const ABSENT = ['var/lib/cloud', 'var/lib/waagent', 'var/lib/docker', 'var/lib/containerd', 'var/lib/amazon']

/** The paths below `/` of the host's root filesystem that its guests do not see. */
interface Mask {
  readonly emptyFolders: readonly string[]
  readonly absent: readonly string[]
}

/**
 * Chooses what to mask when the host's root filesystem is the base: home folders, everything that is not part of a
 * system, and the folders of `secretFolders` (the checkout, the runner's temp, …).
 */
export function chooseMask(rootEntries: readonly string[], secretFolders: readonly string[]): Mask {
  const own = rootEntries.filter(name => !STANDARD.includes(name))
  const secret = secretFolders
    .map(folder => folder.replace(/^\/+|\/+$/g, ''))
    .filter(folder => !isPartOfSystem(folder) && !isBelow(folder, [...own, ...EMPTY_FOLDERS, ...ABSENT]))
  return { emptyFolders: EMPTY_FOLDERS, absent: [...new Set([...own, ...ABSENT, ...secret])] }
}

/** To hide a folder such as /usr would leave no system to boot. */
function isPartOfSystem(folder: string): boolean {
  return folder === '' || STANDARD.includes(folder) || /^(usr|var|etc)\/[^/]+$/.test(folder)
}

function isBelow(folder: string, masked: readonly string[]): boolean {
  for (let path = folder; path !== '.'; path = dirname(path)) if (masked.includes(path)) return true
  return false
}
