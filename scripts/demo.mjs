// `npm run demo`: bakes examples/demo/recipe.yml through the committed bundle and boots an instance of the image; bakes
// again, where nothing is due; changes a step and bakes anew. Needs no AWS account: it runs against the embedded EC2.
import { rmSync } from 'node:fs'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { listNewMounts, listProcesses, readMounts } from './demo-host.mjs'
import { clientsOf, listInstances, readFromNewInstance } from './demo-instance.mjs'
import { runAction } from './run-action.mjs'
import { listCalls, startSandbox } from './start-sandbox.mjs'

const REGION = 'us-east-1'
const ACCOUNT = '111122223333'
const RECIPE = 'examples/demo/recipe.yml'
const BEFORE = 'PAGES: "50"'
const AFTER = 'PAGES: "80"'
const READ = 'cat /etc/golden-image; ls -l /opt/releases | tail -n 1; head -n 2 /srv/status/index.html'
/** Of a bake that is shown in short: why, what the steps say, what came of it. */
const GIST = /^(A bake is due|Nothing is due|Step |built |release of |Baked )/

const bold = text => `\u001b[1m${text}\u001b[0m`
const title = text => console.log(`\n${bold(text)}`)
const show = line => console.log(`  ${line}`)
const showAll = line => line === '' || line.startsWith('Waiting for ') || show(line)
const showGist = line => GIST.test(line) && show(line)
/** Without the runner's marks for what it folds and highlights. */
const plain = line => line.replace('::endgroup::', '').replace(/^::(group|notice|warning)[^:]*::/, '')

const mountsBefore = readMounts()
const workspace = await mkdtemp(join(tmpdir(), 'demo-'))
const sandbox = await startSandbox(['--latency', '0.005'], { detached: true }) // so that its processes can be told
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => {
    sandbox.child.kill('SIGTERM')
    rmSync(workspace, { recursive: true, force: true })
    process.exit(1)
  })
}
try {
  await cp('examples', join(workspace, 'examples'), { recursive: true })
  await demonstrate(clientsOf(sandbox.url, REGION, ACCOUNT))
} finally {
  await sandbox.stop()
  await rm(workspace, { recursive: true })
}
show(`processes: ${listProcesses(sandbox.child.pid)}`)
show(`mounts: ${listNewMounts(mountsBefore)}`)
title(`Done in ${Math.round(performance.now() / 1000)} s`)

async function demonstrate(clients) {
  title(`1. Bake ${RECIPE}: dist/main/index.js, started as GitHub starts it`)
  const first = await bake(showAll)

  title(`2. Boot an instance of ${first.outputs['image-id']} and read what the bake wrote`)
  ;(await readFromNewInstance(clients, first.outputs['image-id'], READ)).trimEnd().split('\n').forEach(show)

  title('3. Bake again: nothing has changed, so nothing is built')
  await bake(showGist)

  title('4. Change a step, and bake once more')
  await changeStep()
  const { summary } = await bake(showGist)

  title('5. Its job summary, in Markdown')
  console.log(summary.trim())

  title('6. What is left, beside the two images')
  show(`instances: ${await listInstances(clients)}`)
}

async function bake(onLine) {
  const [{ seq } = { seq: 0 }] = (await listCalls(sandbox.url, ACCOUNT)).slice(-1)
  const inputs = { command: 'bake', recipe: RECIPE, 'aws-region': REGION }
  const ended = await runAction({
    url: sandbox.url,
    account: ACCOUNT,
    workspace,
    inputs,
    onLine: line => onLine(plain(line))
  })
  const { length: calls } = await listCalls(sandbox.url, ACCOUNT, seq)
  const { reused, 'image-id': id } = ended.outputs
  show(bold(`${id} in ${ended.seconds.toFixed(2)} s, reused: ${reused}, ${calls} AWS calls`))
  return ended
}

async function changeStep() {
  const file = join(workspace, RECIPE)
  const lines = (await readFile(file, 'utf8')).split('\n')
  const at = lines.findIndex(line => line.includes(BEFORE))
  const changed = lines[at].replace(BEFORE, AFTER)
  show(`- ${lines[at].trim()}`)
  show(`+ ${changed.trim()}`)
  await writeFile(file, lines.with(at, changed).join('\n'))
}
