import { isDeepStrictEqual } from 'node:util'

const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z?/g
/** Ids that worlds give are the same in every account; those that EC2 makes are not. */
const MADE = /\b(ami|snap|i|vol|sg|subnet|vpc|lt|eni|r)-(?!<)[0-9a-f]{8,17}\b/g

/** What was observed, with ids, times and accounts replaced: two runs of one world have the same. */
export function normalise(observed, accounts) {
  const names = accounts.map((account, i) => [account, `<account ${i}>`])
  const text = names.reduce((all, [account, name]) => all.replaceAll(account, name), JSON.stringify(trim(observed)))
  const plain = text
    .replace(TIME, '<time>')
    .replace(MADE, '$1-<made>')
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uuid>')
    .replace(/-\d{8}-?\d{4,6}z?\b/gi, '-<time>')
    .replace(/4711-\d+-<uuid>/g, '<run>')
  return sort(JSON.parse(plain))
}

/** Ended instances are of no interest but for what their user data told, nor is what goes with them. */
function trim(observed) {
  const trimRegion = ({ instances, volumes, interfaces, snapshots, ...rest }) => {
    const live = instances.filter(({ isEnded }) => !isEnded)
    const ids = live.map(({ InstanceId }) => InstanceId)
    const ended = instances.filter(({ isEnded }) => isEnded).map(({ InstanceId }) => InstanceId)
    const left = list => list.filter(id => !ids.includes(id) && !ended.includes(id)).length
    return {
      ...rest,
      snapshots: oncePerInstance(snapshots),
      freeVolumes: left(volumes),
      freeInterfaces: left(interfaces),
      instances: live.map(strip)
    }
  }
  return Object.fromEntries(Object.entries(observed).map(([name, region]) => [name, trimRegion(region)]))
}

/**
 * What is saved of an instance before it is stopped is a backup, which no later attempt deletes: one whose runner was gone
 * has left one more. Worlds have instances of one volume.
 */
function oncePerInstance(snapshots) {
  const instanceOf = ({ tags }) => tags.find(({ Key }) => Key === 'ami-action:saved-from')?.Value.split(' ')[0]
  const failedFirst = snapshots.toSorted((a, b) => (a.State === 'error' ? -1 : 0) - (b.State === 'error' ? -1 : 0))
  const saved = new Map(failedFirst.filter(instanceOf).map(snapshot => [instanceOf(snapshot), snapshot]))
  return [...snapshots.filter(snapshot => !instanceOf(snapshot)), ...saved.values()]
}

const strip = ({ userData, isEnded, ...instance }) => instance

/** How long something took is another number each time, and not told of what was taken up. */
const DURATIONS = ['ami-action:build-seconds', 'ami-action:boot-seconds']

const tagsAsMap = tags =>
  Object.fromEntries(tags.filter(({ Key }) => !DURATIONS.includes(Key)).map(({ Key, Value }) => [Key, Value]))

/** Lists have no order. */
function sort(value) {
  if (Array.isArray(value)) return value.map(sort).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .sort()
      .map(([key, each]) => [key, sort(key === 'tags' && Array.isArray(each) ? tagsAsMap(each) : each)])
  )
}

/** Where two states differ, a line each. */
export function differences(expected, found, path = '') {
  if (isDeepStrictEqual(expected, found)) return []
  const areObjects = [expected, found].every(each => each !== null && typeof each === 'object')
  const areLists = [expected, found].every(Array.isArray)
  if (!areObjects || (areLists && expected.length !== found.length)) {
    return [`${path}: expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`]
  }
  const keys = new Set([...Object.keys(expected), ...Object.keys(found)])
  return [...keys].flatMap(key => differences(expected[key], found[key], `${path}/${key}`))
}

/** What must hold of any state: what is referred to is there, and nothing is told that is secret. */
export function judgeReferences(observed) {
  return Object.entries(observed).flatMap(([place, { images, snapshots }]) => {
    const there = new Set(snapshots.map(({ SnapshotId }) => SnapshotId))
    const missing = images.flatMap(({ ImageId, volumes }) =>
      volumes.filter(({ id }) => id && !there.has(id)).map(({ id }) => `${place}: ${id} of ${ImageId} is gone`)
    )
    return missing
  })
}
