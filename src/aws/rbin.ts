import { SSMClient, type SSMClientConfig } from '@aws-sdk/client-ssm'
import { AwsRestJsonProtocol } from '@aws-sdk/core/protocols'
import { Command } from '@smithy/core/client'
import { getEndpointPlugin } from '@smithy/core/endpoints'
import type { StaticOperationSchema } from '@smithy/types'

const NS = 'com.amazonaws.rbin'
/** Kinds of members, and of schemas, as numbers. */
const [STRING, NUMBER] = [0, 1] as const

type Tuple = readonly unknown[]

/** A structure as the SDK's clients have theirs; its required members come first. */
const structure = (name: string, members: Readonly<Record<string, unknown>>, required = 0): Tuple => [
  3,
  NS,
  name,
  0,
  Object.keys(members),
  Object.values(members),
  required
]

const resourceTag = structure('ResourceTag', { ResourceTagKey: STRING, ResourceTagValue: STRING })
const resourceTags = [1, NS, 'ResourceTags', 0, () => resourceTag]
const retention = structure('RetentionPeriod', { RetentionPeriodValue: NUMBER, RetentionPeriodUnit: STRING })
const summaries = [1, NS, 'RuleSummaryList', 0, () => structure('RuleSummary', { Identifier: STRING })]

/** A rule as GetRule tells it; a period is counted in days. */
export interface Rule {
  readonly Identifier?: string
  readonly ResourceType?: string
  readonly Status?: string
  readonly RetentionPeriod?: { readonly RetentionPeriodValue?: number }
  readonly ResourceTags?: readonly RuleResourceTag[]
  readonly ExcludeResourceTags?: readonly RuleResourceTag[]
}

export interface RuleResourceTag {
  readonly ResourceTagKey?: string
  readonly ResourceTagValue?: string
}

interface ListRulesResponse {
  readonly Rules?: readonly { readonly Identifier?: string }[]
  readonly NextToken?: string
}

/** What an endpoint is found by. */
const ENDPOINT_PARAMETERS = {
  Region: { type: 'builtInParams', name: 'region' },
  Endpoint: { type: 'builtInParams', name: 'endpoint' }
} as const

const ListRulesCommand = command(
  'ListRules',
  ['POST', '/list-rules'],
  structure('ListRulesRequest', { ResourceType: STRING, NextToken: STRING }, 1),
  structure('ListRulesResponse', { Rules: () => summaries, NextToken: STRING })
)

const GetRuleCommand = command(
  'GetRule',
  ['GET', '/rules/{Identifier}'],
  structure('GetRuleRequest', { Identifier: [STRING, { httpLabel: 1 }] }, 1),
  structure('GetRuleResponse', {
    Identifier: STRING,
    ResourceType: STRING,
    Status: STRING,
    RetentionPeriod: () => retention,
    ResourceTags: () => resourceTags,
    ExcludeResourceTags: () => resourceTags
  })
)

function command(name: string, [method, path]: readonly [string, string], input: Tuple, output: Tuple) {
  const schema = [9, NS, name, { http: [method, path, 200] }, input, output] as unknown as StaticOperationSchema
  return Command.classBuilder<object, { $metadata: object }, SSMClient['config']>()
    .ep(ENDPOINT_PARAMETERS)
    .m((Ctor, _stack, config) => [getEndpointPlugin(config, Ctor.getEndpointParameterInstructions())])
    .s('rbin', name, {})
    .n('RecycleBinClient', `${name}Command`)
    .sc(schema)
    .build()
}

/**
 * A client of Recycle Bin. The SDK's own does not tell of the tags that exclude a resource from a rule: it would take for
 * kept what is not. This one is the SDK's for Systems Manager, at another endpoint and with another protocol.
 */
export class RecycleBinClient extends SSMClient {
  constructor(options: SSMClientConfig & { readonly region: string }) {
    super({
      ...options,
      serviceId: 'rbin',
      signingName: 'rbin',
      protocol: AwsRestJsonProtocol,
      protocolSettings: { defaultNamespace: NS, version: '2021-06-15', serviceTarget: 'AmazonRecycleBin' },
      endpointProvider: findEndpoint
    } as SSMClientConfig)
  }

  /**
   * All rules for one type of resource, with all that they say.
   *
   * @see https://docs.aws.amazon.com/recyclebin/latest/APIReference/API_ListRules.html
   */
  async readRules(resourceType: 'EC2_IMAGE' | 'EBS_SNAPSHOT'): Promise<Rule[]> {
    const ids: string[] = []
    for (let token: string | undefined, isFirst = true; isFirst || token; isFirst = false) {
      const request = { ResourceType: resourceType, ...(token && { NextToken: token }) }
      const page: ListRulesResponse = await this.#ask<ListRulesResponse>(new ListRulesCommand(request))
      ids.push(...(page.Rules ?? []).flatMap(({ Identifier: id }) => id ?? []))
      token = page.NextToken
    }
    return Promise.all(ids.map(id => this.#ask<Rule>(new GetRuleCommand({ Identifier: id }))))
  }

  /** The commands are not among those that the type of `send` knows. */
  #ask<Output>(command: unknown): Promise<Output> {
    return (this as unknown as { send(command: unknown): Promise<Output> }).send(command)
  }
}

/** Where `AWS_ENDPOINT_URL` says nothing else. */
function findEndpoint({ Region = '', Endpoint }: { Region?: string; Endpoint?: string }): { url: URL } {
  const suffix = Region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
  return { url: new URL(Endpoint ?? `https://rbin.${Region}.${suffix}`) }
}
