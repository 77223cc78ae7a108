import { gunzipSync } from 'node:zlib'
import type { ConsoleMark } from './console-marks.ts'

/** What a builder has told of its packages, a line each; or why that is not known. */
export type PackageList = { readonly lines: readonly string[] } | { readonly missing: string }

/** The builder is not trusted with our memory. */
const MAX_BYTES = 4 * 1024 * 1024

/** Puts the list together from the marks of its parts; pure. Where one is lost nothing is known of the whole. */
export function readPackageList(marks: readonly ConsoleMark[]): PackageList {
  const parts = marks.flatMap(mark => (mark.kind === 'packages' ? [mark] : []))
  const [first] = parts
  if (!first) return { missing: 'the builder did not tell' }
  if (first.part === 0) return { missing: first.text }
  const texts = new Map(parts.map(({ part, text }) => [part, text]))
  const found = Array.from({ length: first.parts }, (_, i) => texts.get(i + 1))
  const lost = found.filter(text => text === undefined).length
  if (lost > 0) return { missing: `${lost} of ${first.parts} parts of the list did not arrive` }
  return unpack(found.join(''))
}

function unpack(base64: string): PackageList {
  try {
    const text = gunzipSync(Buffer.from(base64, 'base64'), { maxOutputLength: MAX_BYTES }).toString()
    return { lines: text.split(/\r?\n/).filter(line => line !== '') }
  } catch (error) {
    return { missing: `the list could not be unpacked: ${error instanceof Error ? error.message : error}` }
  }
}
