/** What the ClientToken of every builder begins with: tags may be copied to an instance of somebody else's, this can't. */
export const CLIENT_TOKEN_PREFIX = 'ami-action-'

/** Whether an instance was launched by this action, and so may be ended by it. */
export const isOwnLaunch = ({ ClientToken: token = '' }: { readonly ClientToken?: string | undefined }): boolean =>
  token.startsWith(CLIENT_TOKEN_PREFIX)
