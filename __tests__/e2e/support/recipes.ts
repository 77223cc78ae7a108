/** A recipe that bakes in a moment; `steps` are YAML list items. */
export function recipe(steps = '- { name: say hello, run: echo hello }', more = ''): string {
  return `family: web
strategy: partial
base: { ssm: /aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64 }
builder: { instance-types: [t3.small], instance-profile: ami-builder }
${more}
provision:
  via: ssm
  steps:
${steps.replace(/^/gm, '    ')}
`
}
