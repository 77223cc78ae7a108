import { AutoScaling } from '@aws-sdk/client-auto-scaling'
import { EC2 } from '@aws-sdk/client-ec2'
import { KMS } from '@aws-sdk/client-kms'
import { SSM } from '@aws-sdk/client-ssm'
import { STS } from '@aws-sdk/client-sts'
import { advance, clientConfig, newAccount, type RunningSandbox } from '../../../support/sandbox.ts'

/** An account whose clients keep every answer that they get. */
export interface Recorder {
  readonly account: string
  readonly region: string
  readonly ec2: EC2
  readonly autoscaling: AutoScaling
  readonly ssm: SSM
  readonly kms: KMS
  readonly sts: STS
  /** By `service:operation`, oldest first. */
  readonly answers: Map<string, unknown[]>
  /** Lets all that is under way come to its end. */
  settle(): Promise<void>
}

type Answers = Recorder['answers']
const LONG_ENOUGH_SECONDS = 3600

export function record(sandbox: RunningSandbox, account = newAccount()): Recorder {
  const region = 'us-east-1'
  const config = clientConfig(sandbox.url, account)
  const answers: Answers = new Map()
  const recorder = {
    account,
    region,
    answers,
    ec2: new EC2(config),
    autoscaling: new AutoScaling(config),
    ssm: new SSM(config),
    kms: new KMS(config),
    sts: new STS(config),
    settle: () => advance(sandbox, LONG_ENOUGH_SECONDS)
  }
  keepAnswers('ec2', recorder.ec2, answers)
  keepAnswers('autoscaling', recorder.autoscaling, answers)
  keepAnswers('ssm', recorder.ssm, answers)
  keepAnswers('kms', recorder.kms, answers)
  keepAnswers('sts', recorder.sts, answers)
  return recorder
}

interface Middlewares {
  add(
    middleware: (
      next: (request: never) => Promise<{ output: object }>,
      context: { commandName?: string }
    ) => (request: never) => Promise<{ output: object }>,
    options: { step: 'initialize' }
  ): void
}

function keepAnswers(service: string, client: { readonly middlewareStack: unknown }, answers: Answers): void {
  const stack = client.middlewareStack as Middlewares
  const add: Parameters<Middlewares['add']>[0] = (next, { commandName = '' }) => {
    const key = `${service}:${commandName.replace(/Command$/, '')}`
    return async request => {
      const answer = await next(request)
      answers.set(key, [...(answers.get(key) ?? []), answer.output])
      return answer
    }
  }
  stack.add(add, { step: 'initialize' })
}
