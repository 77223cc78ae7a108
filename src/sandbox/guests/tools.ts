/** Programs of the host that every guest is given, because what limits a guest must not depend on its base. */
const TOOLS = ['setpriv', 'setsid', 'umount'] as const

/** Where guests see them: below /run, so never part of a snapshot. */
const FOLDER = '/run/sandbox/tools'

/** The words that run a tool inside a guest, with the loader and the libraries that were copied with it. */
export function toolInGuest(name: (typeof TOOLS)[number]): readonly string[] {
  return [`${FOLDER}/loader`, '--library-path', FOLDER, `${FOLDER}/${name}`]
}

/** Copies the tools and what they are linked with to the folder `t`. A shell script for the host, in the work folder. */
export const COPY_TOOLS = `mkdir t
for tool in ${TOOLS.join(' ')}; do
  path=$(command -v "$tool")
  cp -L "$path" t/
  ldd "$path" | while read -r name arrow library rest; do
    case $name:$arrow in
      /*) cp -L "$name" t/loader ;;
      *:'=>') cp -L "$library" t/ ;;
    esac
  done
done`
