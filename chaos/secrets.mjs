/** Planted where a user has secrets; whoever finds one of them in an output has found a leak. */
export const SECRETS = {
  accessKey: 'planted-secret-access-key',
  token: 'planted-github-token',
  externalId: 'planted-external-id'
}

/** Which secrets a text tells. The runner itself is told what to mask. */
export function secretsIn(text) {
  const shown = text.replace(/^::add-mask::.*$/gm, '')
  return Object.keys(SECRETS).filter(name => shown.includes(SECRETS[name]))
}
