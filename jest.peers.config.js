import config from './jest.config.js'

/** Other people's clients: run by `npm run test:peers`, for not every machine has them. */
export default { ...config, testMatch: ['<rootDir>/__tests__/peers/*.peer.ts'] }
