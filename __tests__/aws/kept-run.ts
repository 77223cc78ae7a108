import type { Inputs, Run } from '../../src/run.ts'
import { KeptLog } from './kept-log.ts'

const INPUTS: Inputs = {
  command: 'bake',
  images: {},
  awsRegion: 'us-east-1',
  regions: [],
  accounts: [],
  roleSessionName: 'ami-action',
  roleDurationSeconds: 3600,
  audience: 'sts.amazonaws.com',
  channel: 'release',
  dryRun: false,
  force: false,
  fleet: false,
  level: 'image',
  onRegionFailure: 'revert',
  onCancel: 'keep',
  timeoutSeconds: 3600,
  tags: {},
  comment: false
}

/** A run that keeps what it is told. */
export class KeptRun implements Run {
  readonly inputs: Inputs
  readonly id = 'run-1'
  readonly signal: AbortSignal
  readonly log = new KeptLog()
  readonly workspace = '/nowhere'
  readonly masked: string[] = []
  readonly audiences: string[] = []

  constructor(inputs: Partial<Inputs> = {}, signal: AbortSignal = new AbortController().signal) {
    this.inputs = { ...INPUTS, ...inputs }
    this.signal = signal
  }

  mask(secret: string): void {
    this.masked.push(secret)
  }

  save(): void {}
  forget(): void {}

  async idToken(audience: string): Promise<string> {
    this.audiences.push(audience)
    return `token-${this.audiences.length}`
  }
}
