import { StringDecoder } from 'node:string_decoder'

const MAX_BYTES = 2 * 1024 * 1024

/** What a script writes, up to 2 MiB of it; the rest is read and dropped so that the script goes on. */
export class Output {
  #text = ''
  #bytes = 0

  constructor(stream: NodeJS.ReadableStream, onText: (text: string) => void) {
    const decoder = new StringDecoder('utf8')
    stream.on('data', (chunk: Buffer) => {
      const kept = chunk.subarray(0, MAX_BYTES - this.#bytes)
      this.#bytes += kept.length
      const text = decoder.write(kept)
      if (text === '') return
      this.#text += text
      onText(text)
    })
  }

  get text(): string {
    return this.#text
  }
}
