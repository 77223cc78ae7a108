import { gzipSync } from 'node:zlib'
import { releaseOf } from '../system.ts'
import type { Command } from './commands.ts'

/** What a Windows Server has installed as it comes. */
const FEATURES = ['FileAndStorage-Services', 'Storage-Services', 'PowerShellRoot', 'PowerShell', 'WoW64-Support']

/**
 * A script block that prints features, updates and programs, compressed and in lines with a mark before each: known as a
 * whole, by what it asks and how it packs it.
 *
 * @see https://learn.microsoft.com/en-us/powershell/module/servermanager/get-windowsfeature
 */
export const LIST_PACKAGES: Command = {
  pattern:
    /^\{ .*get-windowsfeature \| where-object installed .*get-hotfix .*io\.compression\.gzipstream.*"(?<mark>[\w -]+) \$part\/\$\(\$parts\.count\) \$each" \} \} \}$/i,
  act: (shell, { mark = '' }) => {
    const { system } = shell.machine
    const list = [
      `os\twindows\t${releaseOf(system).version}`,
      ...FEATURES.map(name => `feature\t${name}`),
      'program\tAmazon SSM Agent\t3.3.2299.0',
      `program\t${system.agent}\t`
    ]
    shell.print(`${mark} 1/1 ${gzipSync(list.join('\n')).toString('base64')}`)
  }
}
