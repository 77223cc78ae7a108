import type { InstanceRecord } from '../../world/records.ts'
import type { Region } from '../../world/region.ts'
import type { WindowsSystem } from './system.ts'

/** The Windows installation that an instance boots: that of its root volume. Undefined where there is none. */
export function windowsOf(region: Region, { instance }: InstanceRecord): WindowsSystem | undefined {
  const root = instance.BlockDeviceMappings?.find(({ DeviceName }) => DeviceName === instance.RootDeviceName)
  return region.volumes.get(root?.Ebs?.VolumeId ?? '')?.windows
}

/** A copy, as the content of a volume is copied. */
export const copySystem = (system: WindowsSystem | undefined): { readonly windows?: WindowsSystem } =>
  system ? { windows: structuredClone(system) } : {}
