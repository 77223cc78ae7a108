export interface Stage {
  readonly name: string
  readonly start: Date
  readonly seconds: number
  readonly failed: boolean
}

/** When each stage of a bake began and how long it took. */
export class Stages {
  readonly done: Stage[] = []

  /** Times `body` as a stage, also when it fails. */
  async time<T>(name: string, body: () => Promise<T>): Promise<T> {
    const start = new Date()
    let failed = true
    try {
      const result = await body()
      failed = false
      return result
    } finally {
      this.done.push({ name, start, seconds: (Date.now() - start.getTime()) / 1000, failed })
    }
  }

  get seconds(): number {
    return this.done.reduce((sum, stage) => sum + stage.seconds, 0)
  }
}
