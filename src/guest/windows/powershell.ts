/**
 * A PowerShell literal for this text. PowerShell takes the typographic quotes for its own, too.
 *
 * @see https://learn.microsoft.com/en-us/powershell/module/microsoft.powershell.core/about/about_quoting_rules
 */
export const quotePowerShell = (text: string): string => `'${text.replace(/['‘’‚‛]/g, '$&$&')}'`

/** A cmdlet's error ends the script, and its progress bar does not end in the log. */
export const STRICT = `$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
`
