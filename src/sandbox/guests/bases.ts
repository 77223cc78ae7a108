import { createReadStream } from 'node:fs'
import { readdir, realpath } from 'node:fs/promises'
import type { Holder } from './holder.ts'
import { chooseMask } from './mask.ts'
import { SHIMS } from './shims.ts'

/** The root filesystems that images are made from, and what goes over and under the layers of a guest. */
export interface Bases {
  /** The lower folders of a base, topmost first; the base is unpacked at its first use. */
  lowerFolders(base: string): Promise<readonly string[]>
  /** The folder with the shims, to be the topmost of all read-only folders. */
  shimsFolder(base: string): Promise<string>
}

interface Base {
  readonly lower: readonly string[]
  readonly shims: string
}

/**
 * Opens the bases: `base:host` is the host's own root filesystem with people's files masked; `base:NAME` the tar file
 * given for that name, or the host's where none was given. Errors: an Error with what tar said.
 */
export function openBases(holder: Holder, tars: Readonly<Record<string, string>>): Bases {
  const made = new Map<string, Promise<Base>>()

  function find(base: string): Promise<Base> {
    const name = base.replace(/^base:/, '')
    const tar = Object.hasOwn(tars, name) ? tars[name] : undefined
    const key = tar === undefined ? 'host' : name
    const existing = made.get(key)
    if (existing) return existing
    const folder = `b/${made.size}`
    const base_ = tar === undefined ? makeHostBase(holder, folder) : unpackBase(holder, folder, tar)
    made.set(key, base_)
    return base_
  }

  return {
    lowerFolders: async base => (await find(base)).lower,
    shimsFolder: async base => (await find(base)).shims
  }
}

/** Takes out of a frozen folder what is a copy of a shim: a guest that runs `chmod` or `touch` on one makes one. */
export async function forgetShims(holder: Holder, folder: string): Promise<void> {
  const paths = SHIM_FOLDERS.flatMap(place => Object.keys(SHIMS).map(name => `${place}/${name}`))
  await holder.bash(FORGET, [folder, ...paths])
}

const SHIM_FOLDERS = ['usr/sbin', 'usr/bin', 'sbin', 'bin']

const FORGET = `layer=$1; shift
for path in "$@"; do
  [ ! -f "$layer/$path" ] || for shim in b/*/shims/"$path"; do
    cmp -s "$shim" "$layer/$path" && rm -f "$layer/$path"
  done
done
true`

async function makeHostBase(holder: Holder, folder: string): Promise<Base> {
  const { GITHUB_WORKSPACE, RUNNER_TEMP, RUNNER_WORKSPACE, HOME, TMPDIR } = process.env
  const secret = [process.cwd(), GITHUB_WORKSPACE, RUNNER_TEMP, RUNNER_WORKSPACE, HOME, TMPDIR]
  const mask = chooseMask(await readdir('/'), await resolvePaths(secret))
  await holder.bash(MAKE_MASK, [folder, ...mask.emptyFolders, '--', ...mask.absent])
  return { lower: [`${folder}/empty`, `${folder}/absent`, '/'], shims: await makeShims(holder, folder, '') }
}

/** A mask below a link would hide the link. */
async function resolvePaths(paths: readonly (string | undefined)[]): Promise<string[]> {
  const resolved = await Promise.all(paths.map(path => (path ? realpath(path).catch(() => undefined) : undefined)))
  return resolved.filter(path => path !== undefined)
}

// A whiteout hides what is below it; a folder above the whiteout is a new, empty one.
// Users stay, without their passwords: useradd and its kin need the files.
const MAKE_MASK = `base=$1; shift
mkdir -p "$base/empty" "$base/absent"
hide() {
  [ -e "/$1" ] || [ -L "/$1" ] || return 0
  mkdir -p "$base/absent/$(dirname "$1")"
  mknod "$base/absent/$1" c 0 0
}
while [ "$1" != -- ]; do
  hide "$1"
  mkdir -p "$base/empty/$1"
  shift
done
shift
for path in "$@"; do hide "$path"; done
for secret in /etc/ssh/ssh_host_* /etc/shadow* /etc/gshadow* /etc/security/opasswd; do hide "\${secret#/}"; done
mkdir -p "$base/empty/etc"
: >"$base/empty/etc/machine-id"
write_without_passwords() {
  [ -e "/etc/$1" ] || return 0
  cut -d: -f1 "/etc/$2" | sed "s/$/$3/" >"$base/empty/etc/$1"
  chmod --reference="/etc/$1" "$base/empty/etc/$1"
  chown --reference="/etc/$1" "$base/empty/etc/$1"
}
write_without_passwords shadow passwd ':*:::::::'
write_without_passwords gshadow group ':!::'
chmod 700 "$base/empty/root"
chmod 1777 "$base/empty/tmp" "$base/empty/var/tmp"`

async function unpackBase(holder: Holder, folder: string, tar: string): Promise<Base> {
  await holder.bash('mkdir -p "$1/root"; tar -x -p --numeric-owner -C "$1/root" -f -', [folder], {
    input: createReadStream(tar)
  })
  return { lower: [`${folder}/root`], shims: await makeShims(holder, folder, `${folder}/root`) }
}

/** A folder that is a link in the base must stay one, or the shims would hide all that is behind it. */
async function makeShims(holder: Holder, folder: string, root: string): Promise<string> {
  const files = Object.entries(SHIMS).flat()
  const script = `base=$1 root=$2; shift 2
while [ $# -gt 0 ]; do
  for place in ${SHIM_FOLDERS.join(' ')}; do
    [ -d "$root/$place" ] && [ ! -L "$root/$place" ] || continue
    mkdir -p "$base/shims/$place"
    printf %s "$2" >"$base/shims/$place/$1"
    chmod 755 "$base/shims/$place/$1"
  done
  shift 2
done`
  await holder.bash(script, [folder, root, ...files])
  return `${folder}/shims`
}
