import type { IncomingHttpHeaders } from 'node:http'

const LOCAL_HOST = /^(127\.0\.0\.1|localhost)(:\d+)?$/

/**
 * Why a request is refused: it comes from a web page, whose script may reach loopback, too, and guests run as root.
 * No AWS client sends these headers; a page can't leave them out, nor make up another Host.
 */
export function refusalOf(headers: IncomingHttpHeaders): string | undefined {
  if (headers.origin !== undefined || headers['sec-fetch-site'] !== undefined) return 'The sandbox answers no web pages'
  if (LOCAL_HOST.test(headers.host ?? '')) return undefined
  return 'The sandbox answers requests to 127.0.0.1 and localhost only'
}
