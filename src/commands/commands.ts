import type { Command, CommandName } from '../run.ts'
import { bake } from './bake/bake.ts'

/** The commands that this version has. */
export const commands: Readonly<Partial<Record<CommandName, Command>>> = { bake }
