import type { Command, CommandName } from '../run.ts'
import { bake } from './bake/bake.ts'
import { copy, encrypt } from './copy/copy.ts'
import { publish } from './publish/publish.ts'
import { rollback } from './rollback/rollback.ts'
import { sunset } from './sunset/sunset.ts'
import { verify } from './verify/verify.ts'

/** Every command. */
export const commands: Readonly<Record<CommandName, Command>> = {
  bake,
  verify,
  copy,
  encrypt,
  publish,
  rollback,
  sunset
}
