/** The inputs or outputs of action.yml as a Markdown table. */
export function tableOf(items) {
  const rows = Object.entries(items).map(([name, { description, default: value }]) => {
    if (!description) throw new Error(`${name} has no description in action.yml`)
    const text = description
      .trim()
      .replace(/\s*\n\s*/g, ' ')
      .replaceAll('|', '\\|')
    const isSaid = /\bDefault: /.test(text)
    return `| \`${name}\` | ${text}${value && !isSaid ? ` Default: \`${value}\`.` : ''} |`
  })
  return ['| name | what it is |', '| --- | --- |', ...rows].join('\n')
}
