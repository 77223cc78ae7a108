import type { Command, CommandName } from '../run.ts'
import { bake } from './bake/bake.ts'
import { copy, encrypt } from './copy/copy.ts'

/** The commands that this version has. */
export const commands: Readonly<Partial<Record<CommandName, Command>>> = { bake, copy, encrypt }
