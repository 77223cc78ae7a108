import { describe, expect, test } from '@jest/globals'
import { assert, constantFrom, dictionary, property, record, string, uniqueArray } from 'fast-check'
import { decide } from '../../../src/sandbox/policies/decide.ts'
import { readDocument } from '../../../src/sandbox/policies/document.ts'

const IMAGE = 'arn:aws:ec2:us-east-1::image/ami-1'

const document = (...statements: object[]) => ({ Version: '2012-10-17', Statement: statements })
const allow = (more: object = {}) => ({ Effect: 'Allow', Action: '*', Resource: '*', ...more })

function decided(
  statements: object[],
  need: { action?: string; resource?: string; context?: Record<string, string | string[]> } = {}
) {
  const { action = 'ec2:RunInstances', resource = IMAGE, context = {} } = need
  const known = Object.entries(context).map(([key, value]) => [key.toLowerCase(), [value].flat()] as const)
  return decide(readDocument(document(...statements)), { action, resource, context: new Map(known) })
}

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
describe('Effect', () => {
  test('what no statement mentions is denied', () => {
    expect(decided([allow({ Action: 's3:*' })])).toBe('implicit deny')
  })

  test('a Deny wins over any Allow, in any order', () => {
    const deny = allow({ Effect: 'Deny' })
    expect([decided([allow(), deny]), decided([deny, allow()])]).toEqual(['explicit deny', 'explicit deny'])
  })

  test('a Deny whose condition does not hold denies nothing', () => {
    const condition = { StringEquals: { 'ec2:Region': 'eu-west-1' } }
    const statements = [allow(), allow({ Effect: 'Deny', Condition: condition })]
    expect(decided(statements, { context: { 'ec2:Region': 'us-east-1' } })).toBe('allowed')
    expect(decided(statements, { context: { 'ec2:Region': 'eu-west-1' } })).toBe('explicit deny')
  })
})

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
describe('Action and Resource', () => {
  test.each([
    ['*', true],
    ['ec2:*', true],
    ['ec2:Run*', true],
    ['ec2:runinstances', true],
    ['ec2:Run?nstances', true],
    ['ec2:RunInstance', false],
    ['ec2:RunInstances*', true],
    ['ssm:*', false]
  ])('Action %s: %s', (Action, matches) => {
    expect(decided([allow({ Action })])).toBe(matches ? 'allowed' : 'implicit deny')
    expect(decided([{ Effect: 'Allow', NotAction: Action, Resource: '*' }])).toBe(matches ? 'implicit deny' : 'allowed')
  })

  test.each([
    ['*', true],
    [IMAGE, true],
    ['arn:aws:ec2:*::image/*', true],
    ['arn:aws:ec2:*:*:image/ami-?', true],
    ['arn:aws:ec2:us-east-1::image/AMI-1', false],
    ['arn:aws:ec2:us-east-1:111122223333:image/ami-1', false],
    ['arn:aws:ec2:*::snapshot/*', false]
  ])('Resource %s: %s', (Resource, matches) => {
    expect(decided([allow({ Resource })])).toBe(matches ? 'allowed' : 'implicit deny')
    expect(decided([{ Effect: 'Allow', Action: '*', NotResource: Resource }])).toBe(
      matches ? 'implicit deny' : 'allowed'
    )
  })

  test('an action without resources needs Resource *', () => {
    expect(decided([allow({ Resource: 'arn:aws:ec2:*:*:*' })], { resource: '*' })).toBe('implicit deny')
    expect(decided([allow()], { resource: '*' })).toBe('allowed')
  })

  test('lists: one of them', () => {
    expect(decided([allow({ Action: ['ssm:*', 'ec2:RunInstances'], Resource: ['arn:aws:s3:::b', IMAGE] })])).toBe(
      'allowed'
    )
  })
})

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
describe('Condition', () => {
  const T = 'aws:RequestTag/t'
  test.each([
    ['StringEquals', T, 'a', 'a', true],
    ['StringEquals', T, ['b', 'a'], 'a', true],
    ['StringEquals', T, 'a*', 'ab', false],
    ['StringEquals', T, 'A', 'a', false],
    ['StringEquals', T, 'a', undefined, false],
    ['StringEqualsIfExists', T, 'a', undefined, true],
    ['StringEqualsIfExists', T, 'a', 'b', false],
    ['StringNotEquals', T, 'a', 'b', true],
    ['StringNotEquals', T, ['a', 'b'], 'b', false],
    ['StringNotEquals', T, 'a', undefined, true],
    ['StringEqualsIgnoreCase', T, 'A', 'a', true],
    ['StringNotEqualsIgnoreCase', T, 'A', 'a', false],
    ['StringLike', T, 'a*c', 'abc', true],
    ['StringLike', T, 'a?', 'abc', false],
    ['StringLike', T, 'a\\*', 'a\\b', true],
    ['StringNotLike', T, 'a*', 'abc', false],
    ['NumericLessThan', 'ec2:VolumeSize', '100', '99', true],
    ['NumericLessThan', 'ec2:VolumeSize', 100, '100', false],
    ['NumericLessThanEquals', 'ec2:VolumeSize', '100', '100', true],
    ['NumericGreaterThan', 'ec2:VolumeSize', '9', '10', true],
    ['NumericGreaterThanEquals', 'ec2:VolumeSize', '11', '10', false],
    ['NumericEquals', 'ec2:VolumeSize', '10', '10.0', true],
    ['NumericNotEquals', 'ec2:VolumeSize', '10', '10', false],
    ['NumericEquals', 'ec2:VolumeSize', '10', 'ten', false],
    ['DateGreaterThan', 'aws:CurrentTime', '2030-01-31T00:00:00Z', '2030-01-31T00:00:01.000Z', true],
    ['DateLessThan', 'aws:CurrentTime', '2030-01-31', '2030-01-31T00:00:01.000Z', false],
    ['DateLessThan', 'aws:CurrentTime', '1893456000', '2029-12-31T00:00:00.000Z', true],
    ['Bool', 'ec2:Encrypted', 'true', 'true', true],
    ['Bool', 'ec2:Encrypted', true, 'true', true],
    ['Bool', 'ec2:Encrypted', 'true', 'false', false],
    ['Bool', 'ec2:Encrypted', 'true', undefined, false],
    ['BoolIfExists', 'ec2:Encrypted', 'true', undefined, true],
    ['Null', T, 'true', undefined, true],
    ['Null', T, 'true', 'a', false],
    ['Null', T, 'false', 'a', true],
    ['ArnLike', 'aws:PrincipalArn', 'arn:aws:iam::*:role/ci-*', 'arn:aws:iam::111122223333:role/ci-bake', true],
    ['ArnEquals', 'aws:PrincipalArn', 'arn:aws:iam::*:role/ci-*', 'arn:aws:iam::111122223333:role/ci-bake', true],
    ['ArnLike', 'aws:PrincipalArn', 'arn:aws:iam:*:role/ci-*', 'arn:aws:iam::111122223333:role/ci-bake', false],
    ['ArnNotLike', 'aws:PrincipalArn', 'arn:aws:iam::*:role/*', 'arn:aws:iam::111122223333:user/a', true],
    ['ForAllValues:StringEquals', 'aws:TagKeys', ['a', 'b'], ['a'], true],
    ['ForAllValues:StringEquals', 'aws:TagKeys', ['a', 'b'], ['a', 'c'], false],
    ['ForAllValues:StringEquals', 'aws:TagKeys', 'a', undefined, true],
    ['ForAllValues:StringNotEquals', 'aws:TagKeys', 'a', ['b', 'a'], false],
    ['ForAnyValue:StringEquals', 'aws:TagKeys', ['a', 'b'], ['c', 'a'], true],
    ['ForAnyValue:StringEquals', 'aws:TagKeys', 'a', undefined, false],
    ['ForAnyValue:StringNotEquals', 'aws:TagKeys', 'a', ['a', 'b'], true],
    ['ForAnyValue:StringLike', 'aws:TagKeys', 'c*', ['a', 'cost'], true]
  ])('%s %s %j, where it is %j: %s', (operator, key, values, given, holds) => {
    const context = given === undefined ? {} : { [key]: given }
    expect(decided([allow({ Condition: { [operator]: { [key]: values } } })], { context })).toBe(
      holds ? 'allowed' : 'implicit deny'
    )
  })

  test('all operators and all keys must hold', () => {
    const Condition = {
      StringEquals: { 'ec2:Region': 'us-east-1', 'ec2:InstanceType': 't3.micro' },
      Bool: { 'ec2:Encrypted': 'true' }
    }
    const context = { 'ec2:Region': 'us-east-1', 'ec2:InstanceType': 't3.micro', 'ec2:Encrypted': 'true' }
    expect(decided([allow({ Condition })], { context })).toBe('allowed')
    for (const key of Object.keys(context)) {
      expect(decided([allow({ Condition })], { context: { ...context, [key]: 'other' } })).toBe('implicit deny')
    }
  })

  test('names of keys are not case-sensitive, those of tags in them either', () => {
    const Condition = { StringEquals: { 'AWS:requesttag/TEAM': 'a' } }
    expect(decided([allow({ Condition })], { context: { 'aws:RequestTag/team': 'a' } })).toBe('allowed')
  })
})

describe('laws', () => {
  const text = string({ maxLength: 8 })
  const tags = dictionary(constantFrom('a', 'b'), text)
  const context = tags.map(each =>
    Object.fromEntries(Object.entries(each).map(([key, value]) => [`aws:RequestTag/${key}`, value]))
  )
  const plain = text.filter(each => !each.includes('${'))
  const values = uniqueArray(plain, { minLength: 1, maxLength: 3 })
  const OPPOSITES = [
    ['StringEquals', 'StringNotEquals'],
    ['StringLike', 'StringNotLike'],
    ['StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase']
  ] as const

  test('of an operator and its negation, one holds', async () => {
    await assert(
      property(constantFrom(...OPPOSITES), values, context, ([operator, negation], given, known) => {
        const holds = (name: string) =>
          decided([allow({ Condition: { [name]: { 'aws:RequestTag/a': given } } })], { context: known }) === 'allowed'
        expect(holds(operator)).not.toBe(holds(negation))
      })
    )
  })

  test('a text equals itself, and is like itself with wildcards in front and behind', async () => {
    await assert(
      property(plain, given => {
        const known = { context: { 'aws:RequestTag/a': given } }
        const equal = { StringEquals: { 'aws:RequestTag/a': given } }
        const like = { StringLike: { 'aws:RequestTag/a': `*${given}*` } }
        expect(decided([allow({ Condition: equal })], known)).toBe('allowed')
        expect(decided([allow({ Condition: like })], known)).toBe('allowed')
      })
    )
  })

  test('a further Allow takes nothing away, a further Deny gives nothing', async () => {
    const action = constantFrom('*', 'ec2:*', 'ec2:Run*', 'ssm:*')
    const resource = constantFrom('*', IMAGE, 'arn:aws:ec2:*:*:instance/*')
    const statement = record({ Effect: constantFrom('Allow', 'Deny'), Action: action, Resource: resource })
    await assert(
      property(uniqueArray(statement, { maxLength: 4 }), statement, (statements, more) => {
        const before = decided([...statements])
        const after = decided([...statements, more])
        if (more.Effect === 'Allow') expect(before === 'allowed' && after !== 'allowed').toBe(false)
        else expect(before !== 'allowed' && after === 'allowed').toBe(false)
      })
    )
  })
})

describe('documents that are refused', () => {
  const VARIABLE = '\u0024{aws:username}'
  test.each([
    [undefined, 'a document that is no object'],
    [[], 'a document that is no object'],
    [{ Version: '2012-10-17' }, 'without Statement'],
    [{ Version: '2020-01-01', Statement: [] }, 'Version "2020-01-01"'],
    [{ Statement: [], Statements: [] }, 'the element Statements'],
    [document(allow({ Effect: 'allow' })), 'Effect "allow"'],
    [document(allow({ Principal: '*' })), 'the element Principal'],
    [document(allow({ NotAction: '*' })), 'one of Action and NotAction'],
    [document({ Effect: 'Allow', Action: '*' }), 'one of Resource and NotResource'],
    [document(allow({ Action: 'RunInstances' })), 'Action "RunInstances"'],
    [document(allow({ Action: [] })), 'Action that is no text'],
    [document(allow({ Resource: 'ami-1' })), 'Resource "ami-1"'],
    [document(allow({ Resource: `arn:aws:s3:::${VARIABLE}` })), 'policy variables'],
    [document(allow({ Condition: { StringEquals: { 'aws:RequestTag/a': VARIABLE } } })), 'policy variables'],
    [document(allow({ Condition: { IpAddress: { 'ec2:Region': '10.0.0.0/8' } } })), 'the operator IpAddress'],
    [document(allow({ Condition: { 'ForSomeValues:StringEquals': { 'ec2:Region': 'a' } } })), 'ForSomeValues'],
    [
      document(allow({ Condition: { StringEquals: { 'aws:SourceIp': '10.0.0.1' } } })),
      'the condition key aws:SourceIp'
    ],
    [document(allow({ Condition: { StringEquals: { 'aws:RequestTag/': 'a' } } })), 'the condition key aws:RequestTag/'],
    [document(allow({ Condition: { StringEquals: { 'ec2:Region': [] } } })), 'ec2:Region without values'],
    [document(allow({ Condition: { NumericEquals: { 'ec2:VolumeSize': 'ten' } } })), '"ten" for NumericEquals'],
    [document(allow({ Condition: { Bool: { 'ec2:Encrypted': 'yes' } } })), '"yes" for Bool'],
    [document(allow({ Condition: { Null: { 'ec2:Region': 'yes' } } })), 'for Null'],
    [document(allow({ Condition: [] })), 'Condition that is no object']
  ])('%j', (given, message) => {
    expect(() => readDocument(given)).toThrow(message)
  })
})
