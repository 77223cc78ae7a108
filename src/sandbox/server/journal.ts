/** A call as `GET /_sandbox/requests` lists it. */
export interface JournalEntry {
  readonly seq: number
  readonly time: string
  readonly account: string
  readonly principal: string
  readonly region: string
  readonly service: string
  readonly operation: string
  /** `ok`, or the code of the error that was answered. */
  outcome: string
}

/** The last calls, oldest first. An entry is written when the call comes in; its outcome when it is answered. */
export class Journal {
  static readonly CAPACITY = 200_000
  readonly #entries: JournalEntry[] = []
  #seq = 0

  open(call: Omit<JournalEntry, 'seq' | 'outcome'>): JournalEntry {
    const entry = { seq: ++this.#seq, ...call, outcome: 'pending' }
    this.#entries.push(entry)
    if (this.#entries.length > Journal.CAPACITY * 1.1) this.#entries.splice(0, this.#entries.length - Journal.CAPACITY)
    return entry
  }

  after(seq: number): JournalEntry[] {
    return this.#entries.slice(-Journal.CAPACITY).filter(entry => entry.seq > seq)
  }

  clear(): void {
    this.#entries.length = 0
  }
}
