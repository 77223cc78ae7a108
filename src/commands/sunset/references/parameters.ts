import {
  GetParametersCommand,
  type Parameter,
  type ParameterMetadata,
  paginateDescribeParameters,
  paginateGetParameterHistory
} from '@aws-sdk/client-ssm'
import type { Clients } from '../../../aws/aws.ts'
import type { Use } from '../facts.ts'
import { idsIn, usesOfParameter } from '../plan/plan-parameter.ts'
import { collect, eachOf, inParts, type Source } from './source.ts'

const MAX_NAMES = 10
/** Where a sunset itself keeps notes. */
const OWN = '/ami-action/'

/**
 * Parameters of any name and data type that hold the id of an image, with the versions that a rollback may go back to, and
 * those with a label. What is encrypted is not read.
 */
export const PARAMETERS: Source = {
  name: 'parameters',
  read: async ({ clients, depth }) => {
    const pages = paginateDescribeParameters({ client: clients.ssm, pageSize: 50 }, {})
    const all = await collect(pages, page => page.Parameters)
    const names = all.filter(isReadable).flatMap(({ Name: name }) => name ?? [])
    const answers = await eachOf(inParts(names, MAX_NAMES), Names =>
      clients.ssm.send(new GetParametersCommand({ Names }))
    )
    const holding = answers.flatMap(({ Parameters = [] }) => Parameters).filter(({ Value }) => idsIn(Value).length > 0)
    return (await eachOf(holding, parameter => readUses(clients, parameter, depth))).flat()
  }
}

const isReadable = ({ Name: name = '', Type: type }: ParameterMetadata): boolean =>
  type !== 'SecureString' && !name.startsWith(OWN)

async function readUses({ ssm }: Clients, { Name: name = '' }: Parameter, depth: number): Promise<Use[]> {
  const pages = paginateGetParameterHistory({ client: ssm, pageSize: 50 }, { Name: name })
  return usesOfParameter(name, await collect(pages, page => page.Parameters), depth)
}
