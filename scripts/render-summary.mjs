// Pictures of job summaries, as GitHub shows them: Markdown to HTML, Mermaid drawn, by a headless Chromium.
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { marked } from 'marked'

const MERMAID = createRequire(import.meta.url)
  .resolve('mermaid')
  .replace(/mermaid\.core\.mjs$/, 'mermaid.min.js')
const WIDTH = 980
const CHROMIUM = ['chromium', 'chromium-browser', 'google-chrome']
/** How long Chromium's own clock may go on for Mermaid to draw. */
const DRAWING_MS = 10_000

const COLOURS = {
  light: { text: '#1f2328', back: '#ffffff', muted: '#59636e', line: '#d1d9e0', stripe: '#f6f8fa', link: '#0969da' },
  dark: { text: '#f0f6fc', back: '#0d1117', muted: '#9198a1', line: '#3d444d', stripe: '#151b23', link: '#4493f8' }
}

/** Writes `NAME-light.png` and `NAME-dark.png` into a folder. Errors: Error without a Chromium. */
export async function renderSummary(markdown, folder, name) {
  for (const theme of Object.keys(COLOURS)) await render(markdown, theme, join(folder, `${name}-${theme}.png`))
}

async function render(markdown, theme, target) {
  const work = await mkdtemp(join(tmpdir(), 'render-'))
  try {
    const file = join(work, 'summary.html')
    await writeFile(file, pageOf(markdown, theme))
    const [, height] =
      /<title>(\d+)<\/title>/.exec(chromium(work, ['--dump-dom', `--window-size=${WIDTH},600`, file])) ?? []
    if (!height) throw new Error('The page did not say how high it is')
    chromium(work, [`--screenshot=${target}`, `--window-size=${WIDTH},${height}`, file])
  } finally {
    await rm(work, { recursive: true, force: true, maxRetries: 5 })
  }
}

function chromium(work, args) {
  const common = [
    '--headless=new',
    '--no-sandbox',
    '--disable-gpu',
    '--hide-scrollbars',
    `--user-data-dir=${work}/profile`
  ]
  const [program] = CHROMIUM.filter(isThere)
  if (!program) throw new Error(`Expected one of ${CHROMIUM.join(', ')}, found none: apt-get install chromium`)
  const all = [...common, `--virtual-time-budget=${DRAWING_MS}`, ...args]
  return execFileSync(program, all, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 60_000 })
}

function isThere(program) {
  try {
    return execFileSync(program, ['--version'], { stdio: 'ignore' }) === null
  } catch {
    return false
  }
}

function pageOf(markdown, theme) {
  const { text, back, muted, line, stripe, link } = COLOURS[theme]
  return `<!doctype html><meta charset="utf-8"><title></title>
<style>
body { margin: 0; padding: 24px 32px; color: ${text}; background: ${back};
  font: 14px/1.5 "Liberation Sans", "DejaVu Sans", "Noto Color Emoji"; }
h2 { border-bottom: 1px solid ${line}; padding-bottom: .3em; margin-top: 0 }
table { border-collapse: collapse; margin-bottom: 16px }
th, td { border: 1px solid ${line}; padding: 6px 13px }
tr:nth-child(2n) { background: ${stripe} }
code { background: ${stripe}; border-radius: 6px; padding: .2em .4em; font-size: 85% }
pre code { display: block; padding: 16px }
a { color: ${link}; text-decoration: none } summary, sub { color: ${muted} }
</style>
<body>${marked.parse(markdown, { async: false })}
<script src="file://${MERMAID}"></script>
<script>
mermaid.initialize({ startOnLoad: false, theme: '${theme === 'dark' ? 'dark' : 'default'}' })
for (const code of document.querySelectorAll('code.language-mermaid')) {
  const drawing = Object.assign(document.createElement('div'), { className: 'mermaid', textContent: code.textContent })
  code.parentElement.replaceWith(drawing)
}
mermaid.run().then(() => { document.title = String(Math.ceil(document.body.getBoundingClientRect().height)) })
</script>`
}
