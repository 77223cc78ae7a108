/** The role of a session; any other principal is itself. */
export const roleOf = (principal: string): string =>
  principal.replace(/^arn:aws:sts::(\d{12}):assumed-role\/([^/]+)\/.*$/, 'arn:aws:iam::$1:role/$2')
