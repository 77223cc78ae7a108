const MAX_OUTPUT_BYTES = 256 * 1024

/** A report as JSON that fits into an output: the largest parts are cut until it does, and `truncated` says so. */
export function toReportOutput(report: unknown): string {
  const whole = JSON.stringify(report) ?? 'null'
  if (sizeOf(whole) <= MAX_OUTPUT_BYTES) return whole
  if (report === null || typeof report !== 'object' || Array.isArray(report)) return '{"truncated":true}'
  return cut({ ...report, truncated: true })
}

function cut(report: Readonly<Record<string, unknown>>): string {
  const text = JSON.stringify(report)
  if (sizeOf(text) <= MAX_OUTPUT_BYTES) return text
  const [largest] = Object.entries(report)
    .map(([key, value]) => ({ key, value, size: sizeOf(JSON.stringify(value) ?? '') }))
    .sort((a, b) => b.size - a.size)
  if (!largest) return text
  const { [largest.key]: _, ...rest } = report
  const { value } = largest
  return cut(Array.isArray(value) && value.length > 1 ? { ...rest, [largest.key]: halve(value) } : rest)
}

const halve = (values: readonly unknown[]): readonly unknown[] => values.slice(0, Math.floor(values.length / 2))

const sizeOf = (text: string): number => Buffer.byteLength(text)
