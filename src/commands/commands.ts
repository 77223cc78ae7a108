import type { Command, CommandName } from '../run.ts'
import { bake } from './bake/bake.ts'
import { copy, encrypt } from './copy/copy.ts'
import { sunset } from './sunset/sunset.ts'
import { verify } from './verify/verify.ts'

/** The commands that this version has. */
export const commands: Readonly<Partial<Record<CommandName, Command>>> = { bake, verify, copy, encrypt, sunset }
