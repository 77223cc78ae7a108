/** Whether text is base64, with or without its padding; lines may be broken. */
export const isBase64 = (text: string): boolean => /^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(text)
