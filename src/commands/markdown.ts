/** Text that comes from outside can't end the table cell or become markup. */
export const cell = (text: string): string => text.replace(/[\\`*_{}[\]<>|#]/g, '\\$&').replaceAll('\n', ' ')

/** Why something failed, as a code block: a step's last lines keep their shape and can't become markup. */
export function codeBlock(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return ['```text', text.replaceAll('```', "'''"), '```'].join('\n')
}
