/** Whether text is base64, with or without its padding; lines may be broken. */
export const isBase64 = (text: string): boolean => /^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(text)

/** Whether it is padded and in one piece, as the JSON services take it. */
export const isPaddedBase64 = (text: string): boolean => text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)
