import { bake, verify } from './bake.mjs'
import { copy, encrypt } from './copy.mjs'
import { allowedImages, fleet } from './fleet.mjs'
import { publish, rollback } from './publish.mjs'
import { sunset, undo } from './sunset.mjs'

/** By name: makes a random world in accounts, the same for the same numbers. Result: the order for the action. */
export const WORLDS = {
  bake,
  verify,
  copy,
  encrypt,
  publish,
  rollback,
  sunset,
  undo,
  fleet,
  'allowed-images': allowedImages
}

/** Done once, they have nothing more to do, and say so with an error. */
export const DONE = {
  rollback: /::error::.*Expected a good image before/,
  undo: /::error::.*available and not deprecated/
}

/** They do their work each time. */
export const NEVER_QUIET = ['verify']
