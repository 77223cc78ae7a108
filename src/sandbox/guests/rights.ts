import { runCommand } from './command.ts'

/** How programs are run as root here: the words to put in front of them. */
export type Root = readonly string[]

/** Finds out how to run as root. Result: the words in front of a command, or why there is no way. */
export async function findRoot(): Promise<Root | { readonly missing: string }> {
  if (process.platform !== 'linux') return { missing: `real guests need Linux, not ${process.platform}` }
  const root = process.getuid?.() === 0 ? [] : ['sudo', '-n']
  try {
    await runCommand([...root, 'unshare', '--mount', '--pid', '--net', '--uts', '--ipc', '--fork', 'true'])
    await runCommand([...root, 'nsenter', '--version'])
    await runCommand(['setpriv', '--version'])
    return root
  } catch (error) {
    return {
      missing: `real guests need root or sudo, and util-linux: ${error instanceof Error ? error.message : error}`
    }
  }
}
