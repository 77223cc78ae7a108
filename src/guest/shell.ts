/** A word that bash takes literally, whatever is in it. */
export const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/** Where everything of ours lives inside a builder: on a tmpfs, so that none of it ever gets into an image. */
export const GUEST_FOLDER = '/run/ami-action'
