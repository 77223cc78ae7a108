/**
 * The layer that a vendor's image stands on: the root filesystem that `--base NAME=TAR` gave for its family, else the
 * host's own.
 *
 * @param bases the NAMEs that were given
 */
export const baseLayer = (family: string, bases: ReadonlySet<string>): string =>
  `base:${bases.has(family) ? family : 'host'}`
