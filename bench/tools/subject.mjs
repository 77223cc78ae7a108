// What every tool bakes: a Debian base by owner and name, one script through user data, an encrypted gp3 root volume.

export const OWNER = '136693071363'
export const BASE = 'debian-12-amd64-*'
export const TYPE = 't3.micro'
export const SECRET = 'not-checked-by-the-sandbox'

/** Packer fails a build whose instance has stopped before its first look that finds it running. */
export const scriptFor = scale => `echo baked >/etc/baked; sleep ${Math.max(4, Math.ceil(20 * scale))}`
