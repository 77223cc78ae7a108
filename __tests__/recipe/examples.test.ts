import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { loadRecipe } from '../../src/recipe/load.ts'

const FOLDER = 'examples'
const examples = readdirSync(FOLDER).filter(name => existsSync(path.join(FOLDER, name, 'recipe.yml')))

describe('the examples', () => {
  test('are there', () => {
    expect(examples).toEqual(
      expect.arrayContaining(['database', 'demo', 'gpu', 'hardened-base', 'web-server', 'windows'])
    )
  })

  test.each(examples)('%s is a recipe without a mistake', name => {
    const recipe = path.join(FOLDER, name, 'recipe.yml')
    const inputs = { recipe, awsRegion: 'us-east-1', regions: [], tags: {} }
    expect(loadRecipe({ workspace: process.cwd(), inputs }).family).toBeTruthy()
  })

  test.each(examples)('%s names the schema for editors', name => {
    const [first] = readFileSync(path.join(FOLDER, name, 'recipe.yml'), 'utf8').split('\n')
    expect(first).toBe('# yaml-language-server: $schema=../../recipe.schema.json')
  })
})
