// A chart of a simulated year, as SVG: the images by stage, one upon the other, and the GiB of their snapshots as a line.
const [WIDTH, HEIGHT, MARGIN] = [760, 320, 48]
const STAGES = [
  ['visible', 'current', '#2da44e'],
  ['deprecated', 'deprecated', '#d4a72c'],
  ['disabled', 'disabled', '#bc4c00'],
  ['recycled', 'in the Recycle Bin', '#8c959f']
]
const TITLE = 'Images by stage, and GiB of their snapshots, over a simulated year'
const LINE = '#0969da'

/** Draws what each week ended with. */
export function drawYear(weeks) {
  const total = week => STAGES.reduce((sum, [key]) => sum + week[key], 0)
  const [mostImages, mostGib] = [Math.max(...weeks.map(total)), Math.max(...weeks.map(({ gib }) => gib))]
  const x = index => MARGIN + (index * (WIDTH - 2 * MARGIN)) / Math.max(1, weeks.length - 1)
  const y = share => HEIGHT - MARGIN - share * (HEIGHT - 2 * MARGIN)
  const areas = STAGES.map(([, , colour], level) => {
    const sum = (week, upTo) => STAGES.slice(0, upTo).reduce((all, [key]) => all + week[key], 0) / mostImages
    const top = weeks.map((week, i) => `${round(x(i))},${round(y(sum(week, level + 1)))}`)
    const bottom = weeks.map((week, i) => `${round(x(i))},${round(y(sum(week, level)))}`).reverse()
    return `<polygon fill="${colour}" fill-opacity="0.75" points="${[...top, ...bottom].join(' ')}"/>`
  })
  const line = weeks.map(({ gib }, i) => `${round(x(i))},${round(y(gib / mostGib))}`).join(' ')
  const legend = [...STAGES.map(([, name, colour]) => [name, colour]), [`GiB of snapshots, at most ${mostGib}`, LINE]]
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12" role="img" aria-label="${TITLE}">`,
    `<title>${TITLE}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    ...areas,
    `<polyline fill="none" stroke="${LINE}" stroke-width="2" points="${line}"/>`,
    text(MARGIN, HEIGHT - MARGIN + 18, 'day 1'),
    text(WIDTH - MARGIN - 48, HEIGHT - MARGIN + 18, `day ${weeks.at(-1)?.day ?? 0}`),
    text(8, MARGIN - 6, `${mostImages} images`),
    ...legend.flatMap(([name, colour], i) => [
      `<rect x="${MARGIN + i * 128}" y="${HEIGHT - 20}" width="10" height="10" fill="${colour}"/>`,
      text(MARGIN + i * 128 + 14, HEIGHT - 11, name)
    ]),
    '</svg>',
    ''
  ].join('\n')
}

const text = (x, y, content) => `<text x="${x}" y="${y}" fill="#24292f">${content}</text>`
const round = number => Math.round(number * 10) / 10
