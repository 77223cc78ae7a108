// What is compared: a row a use, as each tool is asked for it.

export const HOME = 'us-east-1'
const FOUR = ['us-west-2', 'eu-west-1', 'eu-central-1', 'ap-southeast-2']
const SIXTEEN = [
  ...FOUR,
  'us-east-2',
  'us-west-1',
  'ca-central-1',
  'sa-east-1',
  'eu-west-2',
  'eu-west-3',
  'eu-north-1',
  'ap-south-1',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-southeast-1'
]

/** `key`: encrypted with an own key in each region; `regions`: those that are copied to; `when`: measured is what. */
export const ROWS = [
  { name: 'plain bake', regions: [], when: 'first' },
  { name: 'bake + encrypt', key: 'alias/golden', regions: [], when: 'first' },
  { name: 'bake + encrypt + 4 regions', key: 'alias/golden', regions: FOUR, when: 'first' },
  { name: 'bake + encrypt + 17 regions, home included', key: 'alias/golden', regions: SIXTEEN, when: 'first' },
  { name: 'second run, nothing due', regions: [], when: 'second' },
  { name: 'cancelled while it provisions', regions: [], when: 'cancelled' }
]
