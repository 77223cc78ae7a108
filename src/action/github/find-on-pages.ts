const PER_PAGE = 100

/** The first of all pages that fits; `read` gets a page of them. Result: undefined where none does. */
export async function findOnPages<T>(
  read: (page: { readonly per_page: number; readonly page: number }) => Promise<readonly T[]>,
  fits: (item: T) => boolean
): Promise<T | undefined> {
  for (let page = 1; ; page++) {
    const items = await read({ per_page: PER_PAGE, page })
    const found = items.find(fits)
    if (found || items.length < PER_PAGE) return found
  }
}
