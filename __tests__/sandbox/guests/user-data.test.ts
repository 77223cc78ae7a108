import { gzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { parseUserData } from '../../../src/sandbox/guests/cloudinit/user-data.ts'

const MULTIPART = `MIME-Version: 1.0
Content-Type: multipart/mixed;
 boundary="=="

a preamble nobody reads
--==
Content-Type: text/x-shellscript; charset="utf-8"
Content-Disposition: attachment; filename="20-second.sh"

#!/bin/sh
echo second
--==
Content-Type: text/cloud-config
Content-Transfer-Encoding: base64

${Buffer.from('#cloud-config\nruncmd: [a]\n').toString('base64')}
--==
Content-Type: text/plain

#!/bin/sh
echo it is a script all the same
--==
Content-Type: text/jinja2

{{ x }}
--==--
an epilogue
`

describe('user data', () => {
  test.each([
    ['a script', '#!/bin/sh\necho x\n', { scripts: ['part-001'], configs: 0, ignored: [] }],
    ['a cloud-config', '#cloud-config\npackages: [jq]\n', { scripts: [], configs: 1, ignored: [] }],
    [
      'a cloud-config-archive',
      '#cloud-config-archive\n- x\n',
      { scripts: [], configs: 0, ignored: ['text/x-not-multipart'] }
    ],
    ['plain text', 'hello', { scripts: [], configs: 0, ignored: ['text/x-not-multipart'] }],
    ['nothing', '', { scripts: [], configs: 0, ignored: [] }],
    ['MIME parts', MULTIPART, { scripts: ['20-second.sh', 'part-003'], configs: 1, ignored: ['text/jinja2'] }],
    [
      'MIME parts with CRLF',
      MULTIPART.replaceAll('\n', '\r\n'),
      { scripts: ['20-second.sh', 'part-003'], configs: 1, ignored: ['text/jinja2'] }
    ]
  ])('%s, plain and gzip', (_name, text, expected) => {
    for (const bytes of [Buffer.from(text), gzipSync(text)]) {
      const { scripts, configs, ignored } = parseUserData(bytes)
      expect({ scripts: scripts.map(script => script.name), configs: configs.length, ignored }).toEqual(expected)
    }
  })

  test('a part is what is between its delimiters, to the byte', () => {
    const { scripts, configs } = parseUserData(Buffer.from(MULTIPART))
    expect(String(scripts[0]?.content)).toBe('#!/bin/sh\necho second')
    expect(configs).toEqual(['#cloud-config\nruncmd: [a]\n'])
  })

  test('a file name does not lead out of the scripts folder', () => {
    const text = MULTIPART.replace('20-second.sh', '../../etc/passwd')
    expect(parseUserData(Buffer.from(text)).scripts[0]?.name).toBe('.._.._etc_passwd')
  })
})
