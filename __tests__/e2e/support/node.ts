/** The Node that runs the bundles: this one, or another in `npm run test:node24`. */
export const NODE = process.env.AMI_ACTION_NODE ?? process.execPath
