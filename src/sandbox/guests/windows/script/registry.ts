import type { WindowsSystem } from '../system.ts'

type Key = Readonly<Record<string, (system: WindowsSystem) => string>>

const isSettingUp = ({ imageState }: WindowsSystem): string => (imageState === 'IMAGE_STATE_COMPLETE' ? '0' : '1')
const isUndeployable = ({ imageState }: WindowsSystem): string =>
  imageState === 'IMAGE_STATE_UNDEPLOYABLE' ? '1' : '0'

/**
 * What scripted guests have of the registry below HKLM, each key with its values.
 *
 * @see https://learn.microsoft.com/en-us/windows-hardware/manufacture/desktop/windows-setup-states
 */
const KEYS: Readonly<Record<string, Key>> = {
  'software\\microsoft\\windows\\currentversion\\setup\\state': { imagestate: ({ imageState }) => imageState },
  'system\\setup': { systemsetupinprogress: isSettingUp, oobeinprogress: isSettingUp },
  'system\\currentcontrolset\\control\\terminal server': { fdenytsconnections: isUndeployable },
  'system\\currentcontrolset\\control\\computername\\activecomputername': {
    computername: ({ computerName }) => computerName
  }
}

/** Keys that are there only while a restart is due, which none ever is here. */
const ABSENT = [
  'software\\microsoft\\windows\\currentversion\\component based servicing\\rebootpending',
  'software\\microsoft\\windows\\currentversion\\windowsupdate\\auto update\\rebootrequired'
]

const ROOT = /^(?:registry::)?(?:hklm:?|hkey_local_machine)\\+/i

export const isRegistryPath = (path: string): boolean => ROOT.test(path)

/** Whether a key is there. Undefined where that is not known. */
export function hasKey(path: string): boolean | undefined {
  const key = path.replace(ROOT, '').toLowerCase()
  if (Object.hasOwn(KEYS, key)) return true
  return ABSENT.includes(key) ? false : undefined
}

/** Reads a value of a key. Undefined where it is not known. */
export function registryValue(path: string, name: string): ((system: WindowsSystem) => string) | undefined {
  const key = path.replace(ROOT, '').toLowerCase()
  const values = isRegistryPath(path) && Object.hasOwn(KEYS, key) ? KEYS[key] : undefined
  return values && Object.hasOwn(values, name.toLowerCase()) ? values[name.toLowerCase()] : undefined
}
