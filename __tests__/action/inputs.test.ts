import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { readInputs } from '../../src/action/inputs.ts'
import { AmiError, Problems } from '../../src/errors.ts'

type Given = Readonly<Record<string, string>>

const MINIMAL: Given = { command: 'bake', recipe: 'images/web.yml', 'aws-region': 'us-east-1' }

const read = (given: Given, environment: Given = {}) => readInputs(name => given[name] ?? '', environment)

function refusals(given: Given, environment: Given = {}): string[] {
  try {
    read(given, environment)
    return []
  } catch (error) {
    if (!(error instanceof AmiError)) throw error
    return (error instanceof Problems ? error.problems : [error]).map(({ code, message }) => `${code} ${message}`)
  }
}

test('what is not given has its default', () => {
  expect(read(MINIMAL)).toEqual({
    command: 'bake',
    recipe: 'images/web.yml',
    images: {},
    awsRegion: 'us-east-1',
    regions: [],
    accounts: [],
    roleSessionName: 'ami-action',
    roleDurationSeconds: 3600,
    audience: 'sts.amazonaws.com',
    channel: 'release',
    dryRun: false,
    force: false,
    fleet: false,
    level: 'image',
    onRegionFailure: 'revert',
    onCancel: 'keep',
    timeoutSeconds: 7200,
    tags: {},
    comment: false
  })
})

describe('action.yml', () => {
  const action = parse(readFileSync('action.yml', 'utf8')) as { inputs: Record<string, { default?: string }> }

  test('has the same defaults', () => {
    const defaults = Object.entries(action.inputs).flatMap(([name, input]) =>
      input.default === undefined ? [] : [[name, input.default]]
    )
    expect(read({ ...Object.fromEntries(defaults), ...MINIMAL })).toEqual(read(MINIMAL))
  })

  test('declares every input that is read, and no other', () => {
    const asked = new Set<string>()
    readInputs(name => {
      asked.add(name)
      return MINIMAL[name] ?? ''
    }, {})
    expect([...asked].sort()).toEqual(Object.keys(action.inputs).sort())
  })
})

describe('inputs are read', () => {
  const ID = 'ami-0123456789abcdef0'
  test.each<[string, Given, object]>([
    ['lists by newlines', { regions: 'us-east-1\n  eu-west-1\n\n' }, { regions: ['us-east-1', 'eu-west-1'] }],
    ['lists by commas', { regions: 'us-east-1, eu-west-1,us-east-1' }, { regions: ['us-east-1', 'eu-west-1'] }],
    ['a duration', { timeout: '90m' }, { timeoutSeconds: 5400 }],
    ['true', { 'dry-run': 'true', force: 'true' }, { dryRun: true, force: true }],
    ['tags by newlines', { tags: 'team=platform\nquery=a=b, c' }, { tags: { team: 'platform', query: 'a=b, c' } }],
    ['tags by commas', { tags: 'team=platform,env=prod' }, { tags: { team: 'platform', env: 'prod' } }],
    ['a tag without a value', { tags: 'team=' }, { tags: { team: '' } }],
    ['a comma inside of a tag', { tags: 'who=red, green,env=prod' }, { tags: { who: 'red, green', env: 'prod' } }],
    ['images', { images: `{"us-east-1":"${ID}"}` }, { images: { 'us-east-1': ID } }],
    [
      'images of accounts',
      { images: `{"111122223333/us-east-1":"${ID}"}` },
      { images: { '111122223333/us-east-1': ID } }
    ]
  ])('%s', (_, given, expected) => {
    expect(read({ ...MINIMAL, ...given })).toMatchObject(expected)
  })

  test('the region from the environment, where it is not given', () => {
    const { 'aws-region': _, ...rest } = MINIMAL
    expect(read(rest, { AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'eu-west-2' }).awsRegion).toBe('eu-west-1')
    expect(read(rest, { AWS_DEFAULT_REGION: 'eu-west-2' }).awsRegion).toBe('eu-west-2')
  })

  test('the session has the name of the workflow run', () => {
    expect(read(MINIMAL, { GITHUB_RUN_ID: '42' }).roleSessionName).toBe('ami-action-42')
  })
})

const COMMANDS = 'bake, verify, copy, encrypt, publish, rollback or sunset'
const ROLE = 'the ARN of a role such as arn:aws:iam::111122223333:role/ami-builder'

describe('inputs are refused', () => {
  test.each<[string, Given, string]>([
    ['an unknown command', { command: 'bkae' }, `command: expected ${COMMANDS}, found 'bkae'; did you mean bake?`],
    ['a command like no other', { command: 'destroy' }, `command: expected ${COMMANDS}, found 'destroy'`],
    ['no command', { command: ' ' }, `command: expected ${COMMANDS}, found nothing`],
    [
      'no recipe',
      { recipe: '' },
      'recipe: expected the path of a recipe such as images/web.yml, found nothing; bake needs one'
    ],
    ['no region', { 'aws-region': '' }, 'aws-region: expected a region such as us-east-1, found nothing'],
    [
      'a zone as region',
      { 'aws-region': 'us-east-1a' },
      "aws-region: expected a region such as us-east-1, found 'us-east-1a'"
    ],
    [
      'a bad region of a list',
      { regions: 'us-east-1,moon' },
      "regions: expected a region such as us-east-1 in each item, found 'moon'"
    ],
    [
      'a bad account',
      { accounts: '1234', 'account-role': 'a' },
      "accounts: expected an account id of twelve digits in each item, found '1234'"
    ],
    [
      'accounts without a role',
      { accounts: '111122223333' },
      'account-role: expected a role beside accounts, found nothing'
    ],
    [
      'an external id without a role',
      { 'external-id': 'abc' },
      'external-id: expected account-role beside it, found nothing'
    ],
    [
      'a role by its name',
      { 'role-to-assume': 'ami-builder' },
      `role-to-assume: expected ${ROLE}, found 'ami-builder'`
    ],
    [
      'a user as role',
      { 'role-to-assume': 'arn:aws:iam::111122223333:user/a' },
      `role-to-assume: expected ${ROLE}, found 'arn:aws:iam::111122223333:user/a'`
    ],
    [
      'a session of seconds',
      { 'role-duration-seconds': '60' },
      "role-duration-seconds: expected a whole number from 900 to 43200, found '60'"
    ],
    [
      'a number that only starts as one',
      { 'role-duration-seconds': '3600s' },
      "role-duration-seconds: expected a whole number from 900 to 43200, found '3600s'"
    ],
    [
      'a session name with a space',
      { 'role-session-name': 'my run' },
      "role-session-name: expected a session name of 2 to 64 letters, digits and = , . @ - _, found 'my run'"
    ],
    ['a misspelt boolean', { 'dry-run': 'ture' }, "dry-run: expected true or false, found 'ture'; did you mean true?"],
    ['a boolean of YAML 1.1', { force: 'yes' }, "force: expected true or false, found 'yes'"],
    ['a bad duration', { timeout: '2 hours' }, "timeout: expected a duration such as 90m, 36h or 60d, found '2 hours'"],
    [
      'an unknown channel',
      { channel: 'releases' },
      "channel: expected release or test, found 'releases'; did you mean release?"
    ],
    ['an unknown policy', { 'on-cancel': 'delete' }, "on-cancel: expected keep or discard, found 'delete'"],
    ['a bad image', { 'image-id': 'web' }, "image-id: expected an image id such as ami-0123456789abcdef0, found 'web'"],
    [
      'a bad key',
      { 'kms-key': 'golden' },
      "kms-key: expected a KMS key: an alias such as alias/golden, a key id, or an ARN, found 'golden'"
    ],
    [
      'images that are no JSON',
      { images: 'ami-12345678' },
      'images: expected the JSON of an output images, such as {"us-east-1":"ami-0123456789abcdef0"}'
    ],
    [
      'images of nowhere',
      { images: '{"moon":"ami-12345678"}' },
      "images: expected a region or account/region as each key, found 'moon'"
    ],
    [
      'images that are none',
      { images: '{"us-east-1":7}' },
      'images: expected an image id such as ami-0123456789abcdef0 for us-east-1, found 7'
    ],
    ['a tag without a key', { tags: '=a' }, "tags: expected key=value in each line, found '=a'"],
    [
      'a tag of AWS',
      { tags: 'aws:a=b' },
      "tags: expected a key that does not start with aws:, which AWS keeps for itself in 'aws:a'"
    ],
    ['a comment without a token', { comment: 'true' }, 'github-token: expected a token beside comment, found nothing']
  ])('%s', (_, given, said) => {
    expect(refusals({ ...MINIMAL, ...given })).toEqual([`INPUT Input ${said}`])
  })

  test('all at once', () => {
    const said = refusals({ command: 'bake', 'dry-run': '1', timeout: '-1h' })
    expect(said.map(line => line.split(' ')[2])).toEqual(['aws-region:', 'dry-run:', 'timeout:', 'recipe:'])
  })
})
