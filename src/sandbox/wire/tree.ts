import { ServiceError } from '../errors.ts'

/** One level of `A.1.B=v`: the value given for the path itself, and what lies below it. */
export interface Node {
  value?: string
  readonly children: Map<string, Node>
}

/** Deeper than any EC2 request (RunInstances reaches 6), shallow enough that no request can exhaust the stack. */
const MAX_DEPTH = 20

/**
 * Parses the body (or query string) of a query-protocol request.
 *
 * @see https://docs.aws.amazon.com/ec2/latest/devguide/ec2-query-api.html
 */
export function parseTree(body: string): Node {
  const root: Node = { children: new Map() }
  for (const [path, value] of new URLSearchParams(body)) {
    const parts = path.split('.')
    if (parts.length > MAX_DEPTH) {
      throw new ServiceError('MalformedQueryString', `A parameter name has more than ${MAX_DEPTH} levels`)
    }
    const node = descend(root, parts)
    if (node.value !== undefined && node.value !== value) {
      throw new ServiceError('MalformedQueryString', `The parameter ${path.slice(0, 100)} was given twice`)
    }
    node.value = value
  }
  return root
}

function descend(root: Node, parts: string[]): Node {
  let node = root
  for (const part of parts) {
    let child = node.children.get(part)
    if (!child) {
      child = { children: new Map() }
      node.children.set(part, child)
    }
    node = child
  }
  return node
}
