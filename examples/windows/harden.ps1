$ErrorActionPreference = 'Stop'

# TLS 1.2 and later only.
foreach ($protocol in 'TLS 1.0', 'TLS 1.1') {
  $key = "HKLM:\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\Protocols\$protocol\Server"
  New-Item -Path $key -Force | Out-Null
  New-ItemProperty -Path $key -Name Enabled -Value 0 -PropertyType DWord -Force | Out-Null
}

# SMB 1 is a door that nobody uses.
Set-SmbServerConfiguration -EnableSMB1Protocol $false -Force
