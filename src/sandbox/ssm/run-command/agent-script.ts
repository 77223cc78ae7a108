import { quote } from '../../guests/quote.ts'
import type { Script } from './documents.ts'

/**
 * What the agent does with the commands of AWS-RunShellScript: writes them to a file and has `sh` run it. So they are
 * bash only where they begin with `#!/bin/bash`, or where `sh` is bash. The file stays, as on a real instance.
 *
 * @see https://github.com/aws/amazon-ssm-agent/blob/mainline/agent/plugins/runscript/runscript.go
 */
export function agentScript(script: Script, instanceId: string, commandId: string): string {
  const folder = `/var/lib/amazon/ssm/${instanceId}/document/orchestration/${commandId}/awsrunShellScript/0.awsrunShellScript`
  const end = `END_OF_COMMAND_${commandId}`
  return `umask 077
mkdir -p ${folder} && cat >${folder}/_script.sh <<'${end}' || exit 1
${script.text}
${end}
chmod 700 ${folder}/_script.sh
umask 022
${script.workingDirectory === undefined ? '' : `cd -- ${quote(script.workingDirectory)} || exit 1\n`}exec sh -c ${folder}/_script.sh </dev/null
`
}
