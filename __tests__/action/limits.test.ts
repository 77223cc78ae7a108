import { describe, expect, test } from '@jest/globals'
import { toReportOutput } from '../../src/action/report.ts'
import { fitSummary } from '../../src/action/summary.ts'

const LIMIT = 256 * 1024

describe('the output report', () => {
  test('is whole where it fits', () => {
    expect(JSON.parse(toReportOutput({ images: ['a'] }))).toEqual({ images: ['a'] })
  })

  test('keeps the small parts and the start of a large list', () => {
    const text = toReportOutput({
      command: 'sunset',
      images: Array.from({ length: 20_000 }, (_, i) => `ami-${i} ä`.padEnd(30))
    })
    const report = JSON.parse(text) as { images: string[] }
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(LIMIT)
    expect(report).toMatchObject({ command: 'sunset', truncated: true })
    expect(report.images[0]).toContain('ami-0 ')
    expect(report.images.length).toBeGreaterThan(3_000)
  })

  test.each([
    ['a large text', { log: 'x'.repeat(LIMIT), code: 3 }, { code: 3, truncated: true }],
    ['a list with one large part', { log: ['x'.repeat(LIMIT)], code: 3 }, { code: 3, truncated: true }],
    ['no object', 'x'.repeat(LIMIT), { truncated: true }]
  ])('drops %s', (_, report, left) => {
    expect(JSON.parse(toReportOutput(report))).toEqual(left)
  })
})

describe('the job summary', () => {
  test('is whole where it fits', () => {
    expect(fitSummary('a\nb', 100)).toBe('a\nb')
  })

  test('is cut at the end of a line', () => {
    const cut = fitSummary(`${'ä'.repeat(20)}\n`.repeat(20), 400)
    const [first, ...rest] = cut.split('\n\n_The rest')
    expect(first?.split('\n').every(line => line === 'ä'.repeat(20))).toBe(true)
    expect(rest).toHaveLength(1)
    expect(Buffer.byteLength(cut)).toBeLessThan(400)
  })

  test('is left with no open code block', () => {
    const cut = fitSummary(`\`\`\`mermaid\n${'task\n'.repeat(200)}\`\`\`\n`, 400)
    expect(cut.match(/^```/gm)).toHaveLength(2)
    expect(Buffer.byteLength(cut)).toBeLessThan(400)
  })
})
