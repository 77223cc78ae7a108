import { afterAll, describe, expect, test } from '@jest/globals'
import { JobHost, outputOf } from './job-host.ts'

const host = new JobHost()
afterAll(() => host.remove())

/** A main step whose work is the given body of a function of `run`. */
const main = (body: string): string => `
  import { runMain } from './src/action/job.ts'
  import { AmiError, Problems } from './src/errors.ts'
  void runMain(async run => { ${body} })`

const DONE = `return { outputs: {}, report: {}, summary: '' }`

describe('the main step', () => {
  test('writes outputs, report and summary', async () => {
    const job = await host.run(
      main(`return { outputs: { 'image-id': 'ami-1' }, report: { a: [1] }, summary: '## Baked' }`)
    )
    expect(job.code).toBe(0)
    expect(outputOf(job, 'image-id')).toBe('ami-1')
    expect(outputOf(job, 'report')).toBe('{"a":[1]}')
    expect(job.report).toEqual({ a: [1] })
    expect(job.summary).toBe('## Baked\n')
  })

  test('of a failed command writes them, too, and fails', async () => {
    const job = await host.run(
      main(
        `return { outputs: { digest: 'd' }, report: { family: 'web' }, summary: 'half', error: new AmiError('STEP_FAILED', "Step 'a' failed with exit code 3") }`
      )
    )
    expect(job.code).toBe(1)
    expect(outputOf(job, 'digest')).toBe('d')
    expect(job.summary).toBe('half\n')
    expect(job.stdout).toContain("::error::Step 'a' failed with exit code 3\n")
    expect(job.report).toEqual({
      family: 'web',
      errors: [{ code: 'STEP_FAILED', message: "Step 'a' failed with exit code 3" }]
    })
  })

  test('tells every problem at its line, with what would repair it', async () => {
    const job = await host.run(
      main(`const at = { file: 'web.yml', line: 3, column: 5 }
        throw new Problems(new AmiError('RECIPE', 'size: bad', { at }), new AmiError('KEY', 'No key', { hint: 'Make one.' }))`)
    )
    expect(job.stdout).toContain(
      '::error file=web.yml,line=3,col=5::web.yml:3:5: size: bad\n::error::No key. Make one.\n'
    )
    expect(job.report).toMatchObject({
      errors: [
        { code: 'RECIPE', message: 'size: bad' },
        { code: 'KEY', hint: 'Make one.' }
      ]
    })
    expect(job.summary).toBe('## AMI Action: failed\n\n- size: bad\n- No key. Make one.\n\n')
    expect(job.code).toBe(1)
  })

  test('says the causes below the annotation, not in it', async () => {
    const job = await host.run(
      main(
        `throw new AmiError('EC2', 'The call failed', { cause: new Error('reset', { cause: new Error('ECONNRESET') }) })`
      )
    )
    expect(job.stdout).toContain('::error::The call failed\n  caused by Error: reset\n  caused by Error: ECONNRESET\n')
  })

  test('says no cause twice, and none that only an administrator could decode', async () => {
    const job = await host.run(
      main(
        `const denied = new Error('You may not. Encoded authorization failure message: AbCd', { cause: new Error('socket. Encoded authorization failure message: EfGh') })
        throw new AmiError('PERMISSION', 'ec2:RunInstances failed: You may not.', { cause: denied })`
      )
    )
    expect(job.stdout).toContain('::error::ec2:RunInstances failed: You may not.\n  caused by Error: socket.\n')
    expect(job.stdout).not.toContain('Encoded')
  })

  test('shows the stack of a mistake of its own', async () => {
    const job = await host.run(main(`run.nothing.there; ${DONE}`))
    expect(job.stdout).toMatch(
      /::error::Cannot read properties of undefined.* please report it with the log\.\n {2}caused by TypeError: .*\n {4}at /
    )
    expect(job.code).toBe(1)
  })

  test('refuses bad inputs before any work', async () => {
    const job = await host.run(main(`console.log('WORK'); ${DONE}`), {
      INPUT_TIMEOUT: 'soon',
      'INPUT_DRY-RUN': 'maybe'
    })
    expect(job.stdout).toContain("::error::Input dry-run: expected true or false, found 'maybe'\n")
    expect(job.stdout).toContain("::error::Input timeout: expected a duration such as 90m, 36h or 60d, found 'soon'\n")
    expect(job.stdout).not.toContain('WORK')
    expect(job.code).toBe(1)
  })

  test('saves state as one value', async () => {
    const job = await host.run(
      main(`run.save({ version: 1, run: run.id, regions: ['us-east-1'], accounts: [], onCancel: 'keep' }); ${DONE}`),
      { GITHUB_RUN_ID: '42', GITHUB_RUN_ATTEMPT: '2' }
    )
    expect(job.state).toMatch(
      /^ami-action<<.*\n\{"version":1,"run":"42-2-[0-9a-f-]{36}","regions":\["us-east-1"\],"accounts":\[\],"onCancel":"keep"\}\n/
    )
  })

  test('needs none of the runner’s files', async () => {
    const job = await host.run(main(`return { outputs: { digest: 'd' }, report: {}, summary: 'x' }`), {
      RUNNER_TEMP: '',
      GITHUB_STEP_SUMMARY: '',
      GITHUB_OUTPUT: ''
    })
    expect(job.stdout).toContain('::set-output name=digest::d')
    expect(job.code).toBe(0)
  })

  test('goes on where they cannot be written', async () => {
    const job = await host.run(main(`return { outputs: { digest: 'd' }, report: {}, summary: 'x' }`), {
      RUNNER_TEMP: '/nowhere',
      GITHUB_STEP_SUMMARY: '/nowhere/summary',
      GITHUB_OUTPUT: '/nowhere/output'
    })
    expect(job.stdout).toContain('::warning::The report could not be written to a file: ENOENT')
    expect(job.stdout).toContain('::warning::The output digest could not be written: ')
    expect(job.stdout).toContain('::warning::The job summary could not be written: ENOENT')
    expect(job.code).toBe(0)
  })

  test('warns of an output that GitHub will drop', async () => {
    const job = await host.run(
      main(`run.mask('s3cret'); return { outputs: { images: '{"a":"s3cret"}' }, report: {}, summary: '' }`)
    )
    expect(job.stdout).toContain('::add-mask::s3cret\n')
    expect(job.stdout).toContain(
      '::warning::The output images contains a masked value: GitHub will not hand it to other jobs\n'
    )
  })

  test('masks the token it is given', async () => {
    const job = await host.run(main(DONE), { 'INPUT_GITHUB-TOKEN': 'ghs_abc' })
    expect(job.stdout).toContain('::add-mask::ghs_abc\n')
  })

  test('lets no script in an instance speak to the runner', async () => {
    const job = await host.run(
      main(
        `run.log.info('::error::gotcha'); run.log.info('a\\n  ::stop-commands::x'); run.log.info('##[error]b'); ${DONE}`
      )
    )
    expect(job.stdout.split('\n').filter(line => /^\s*::|##\[/.test(line))).toEqual([])
    expect(job.stdout).toContain(': :error::gotcha\n')
  })
})

describe('a cancelled job', () => {
  const WAIT = `await new Promise(done => { const timer = setTimeout(done, 20_000); run.signal.addEventListener('abort', () => { clearTimeout(timer); done(undefined) }); console.log('WAITING') })
    return { outputs: {}, report: {}, summary: 'cleaned', error: run.signal.reason }`

  test.each(['SIGINT', 'SIGTERM'] as const)('is told by %s, cleans up, and fails', async signal => {
    let isSent = false
    const job = await host.run(main(WAIT), {}, (pid, text) => {
      if (!isSent && text.includes('WAITING')) isSent = process.kill(pid, signal)
    })
    expect(job).toMatchObject({ code: 1, summary: 'cleaned\n' })
    expect(job.stdout).toContain(`::error::The job was cancelled (${signal})\n`)
  })

  test('or one whose time is over', async () => {
    const job = await host.run(main(WAIT), { INPUT_TIMEOUT: '1s' })
    expect(job.stdout).toContain('::error::Expected to be done within 1 s, was not\n')
    expect(job.code).toBe(1)
  })
})

describe('the post step', () => {
  const post = (body: string): string => `
    import { runPost } from './src/action/job.ts'
    void runPost(async (run, state) => { ${body} })`
  const STATE = JSON.stringify({ version: 1, run: '42-1-x', regions: ['us-east-1'], accounts: [], onCancel: 'keep' })

  test('does nothing where nothing was saved', async () => {
    const job = await host.run(post(`console.log('CLEANING'); return []`))
    expect(job).toMatchObject({ code: 0, stdout: '', summary: '' })
  })

  test('cleans up after the run that saved', async () => {
    const job = await host.run(post(`return ['Terminated i-1 of ' + state.run]`), { 'STATE_ami-action': STATE })
    expect(job.stdout).toBe('::notice::Terminated i-1 of 42-1-x\n')
    expect(job.summary).toBe('## AMI Action: cleaned up\n\n- Terminated i-1 of 42-1-x\n\n')
    expect(job.code).toBe(0)
  })

  test.each([
    ['{"onCancel":"discard"}', 'discard'],
    ['{"onCancel":"keep"}', 'keep'],
    ['{}', 'keep']
  ])('of a state with %s has to %s an image', async (choice, onCancel) => {
    const { onCancel: _, ...state } = JSON.parse(STATE) as { onCancel: string }
    const saved = JSON.stringify({ ...state, ...JSON.parse(choice) })
    const job = await host.run(post('return [state.onCancel]'), { 'STATE_ami-action': saved })
    expect(job.stdout).toBe(`::notice::${onCancel}\n`)
  })

  test.each([
    ['cleanup fails', `throw new Error('no network')`, STATE, 'no network'],
    [
      'the state is of another version',
      'return []',
      '{"version":2}',
      'The saved state is of another version of this action'
    ],
    [
      'the state asks for what there is not',
      'return []',
      STATE.replace('keep', 'burn'),
      'The saved state is of another version of this action'
    ],
    ['the state is no JSON', 'return []', '{', "Expected property name or '}' in JSON at position 1"]
  ])('only warns where %s', async (_, body, state, said) => {
    const job = await host.run(post(body), { 'STATE_ami-action': state })
    expect(job.stdout).toContain(`::warning::Cleaning up after the job failed: ${said}`)
    expect(job.code).toBe(0)
  })
})
