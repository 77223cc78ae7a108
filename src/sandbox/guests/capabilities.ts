import { toolInGuest } from './tools.ts'

/** What root may do in a guest: what containers commonly allow, without a way to the host's devices, clock or kernel. */
const GUEST =
  'chown dac_override fsetid fowner setgid setuid setpcap net_bind_service net_raw sys_chroot kill audit_write setfcap'

/** The words that run a program with no more than a guest's capabilities, and those to mount or to enter namespaces. */
export const ENTERING = ['setpriv', ...limitTo(`${GUEST} sys_admin net_admin`)]

/** The same for what runs inside. */
export const INSIDE = [...toolInGuest('setpriv'), ...limitTo(GUEST)]

function limitTo(capabilities: string): readonly string[] {
  const set = ['-all', ...capabilities.split(' ').map(name => `+${name}`)].join(',')
  return ['--bounding-set', set, '--inh-caps', '-all', '--']
}
