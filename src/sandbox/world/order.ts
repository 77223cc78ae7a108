interface Place {
  readonly id: string
  readonly hash: number
}

interface Order {
  readonly places: Place[]
  readonly known: Set<string>
}

/** Made from the resources themselves, so that it need not be kept with them. */
const orders = new WeakMap<ReadonlyMap<string, unknown>, Order>()

/**
 * The ids of these resources from the one after `after` on, in an order that says nothing and stays: what is made or
 * deleted meanwhile moves nothing else.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html (the order is not guaranteed)
 */
export function* idsAfter(resources: ReadonlyMap<string, unknown>, after: string | undefined): Iterable<string> {
  const { places } = orderOf(resources)
  const last = after === undefined ? undefined : placeOf(after)
  for (let i = last ? firstAfter(places, last) : 0; i < places.length; i++) {
    const place = places[i]
    if (place && resources.has(place.id)) yield place.id
  }
}

/** Sorts again only when there are new ones; those that are gone are passed over until they are too many. */
function orderOf(resources: ReadonlyMap<string, unknown>): Order {
  const kept = orders.get(resources)
  const order = kept && kept.places.length <= 2 * resources.size ? kept : { places: [], known: new Set<string>() }
  const before = order.places.length
  for (const id of resources.keys()) {
    if (order.known.has(id)) continue
    order.known.add(id)
    order.places.push(placeOf(id))
  }
  if (order.places.length > before) order.places.sort(compare)
  orders.set(resources, order)
  return order
}

function firstAfter(places: readonly Place[], last: Place): number {
  let low = 0
  let high = places.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const place = places[middle]
    if (place && compare(place, last) <= 0) low = middle + 1
    else high = middle
  }
  return low
}

const compare = (a: Place, b: Place): number => a.hash - b.hash || (a.id < b.id ? -1 : Number(a.id > b.id))

/** FNV-1a. */
function placeOf(id: string): Place {
  let hash = 0x811c9dc5
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193)
  return { id, hash: hash >>> 0 }
}
