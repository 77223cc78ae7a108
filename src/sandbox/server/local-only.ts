import type { IncomingHttpHeaders } from 'node:http'

const LOCAL_HOST = /^(127(\.\d+){3}|localhost|\[::1\])(:\d+)?$/

/**
 * Why a request is refused: it comes from a web page, whose script may reach loopback, too, and guests run as root.
 * No AWS client sends these headers; a page can't leave them out, nor make up another Host. `localOnly` is whether
 * the sandbox is to be reached from its own machine only.
 */
export function refusalOf(headers: IncomingHttpHeaders, localOnly: boolean): string | undefined {
  if (headers.origin !== undefined || headers['sec-fetch-site'] !== undefined) return 'The sandbox answers no web pages'
  if (!localOnly || LOCAL_HOST.test(headers.host ?? '')) return undefined
  return 'The sandbox answers requests to 127.0.0.1 and localhost only'
}
