import type { Source } from './source.ts'
import { specOf, usesOf } from './specs.ts'

/**
 * The newest and the default version of every launch template, whether a group has it or not. Other versions count where
 * something names them; all of them are looked at, by EC2, right before an image is taken away.
 */
export const LAUNCH_TEMPLATES: Source = {
  name: 'launch-templates',
  read: async reading => usesOf(reading, (await reading.liveVersions()).map(specOf))
}
