import { LINE_CHARACTERS, MAX_CHARACTERS, markOf } from '../list-packages.ts'

/** Where installers leave name and version of what they have installed, for 64 and for 32 bits. */
const UNINSTALL = ['', 'WOW6432Node\\'].map(
  bits => `'HKLM:\\SOFTWARE\\${bits}Microsoft\\Windows\\CurrentVersion\\Uninstall\\*'`
)

/**
 * PowerShell that prints the features, updates and programs that are installed, as `listPackagesScript` does. It is one
 * statement, which ends in no error: an image without a list is as good. Windows of a desktop has no Get-WindowsFeature.
 *
 * @see https://learn.microsoft.com/en-us/powershell/module/servermanager/get-windowsfeature
 * @see https://learn.microsoft.com/en-us/windows/win32/msi/uninstall-registry-key
 */
export function listWindowsPackagesScript(nonce: string): string {
  return `& { $ErrorActionPreference = 'SilentlyContinue'; $ProgressPreference = 'SilentlyContinue'
$list = @("os\`twindows\`t$([Environment]::OSVersion.Version)")
$list += Get-WindowsFeature | Where-Object Installed | ForEach-Object { "feature\`t$($_.Name)" }
$list += Get-HotFix | ForEach-Object { "update\`t$($_.HotFixID)" }
$list += Get-ItemProperty ${UNINSTALL.join(', ')} | Where-Object DisplayName | ForEach-Object { "program\`t$($_.DisplayName)\`t$($_.DisplayVersion)" }
$bytes = [Text.Encoding]::UTF8.GetBytes(($list -join "\`n")); $memory = New-Object IO.MemoryStream
$gzip = New-Object IO.Compression.GZipStream($memory, [IO.Compression.CompressionMode]::Compress)
$gzip.Write($bytes, 0, $bytes.Length); $gzip.Close(); $packed = [Convert]::ToBase64String($memory.ToArray())
if ($packed.Length -gt ${MAX_CHARACTERS}) { "${markOf(nonce)} 0/0 it takes $($packed.Length) characters, and there is room for ${MAX_CHARACTERS}" }
else { $parts = [regex]::Matches($packed, '.{1,${LINE_CHARACTERS}}'); $part = 0
foreach ($each in $parts) { $part++; "${markOf(nonce)} $part/$($parts.Count) $each" } } }
`
}
