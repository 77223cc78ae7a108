const { createHash } = require('node:crypto')
const { transformSync, version } = require('esbuild')

const options = { loader: 'ts', format: 'esm', target: 'node20', sourcemap: 'external' }

/** Jest's transformer: esbuild lowers TypeScript and `await using` to what Node 20 runs. */
module.exports = {
  getCacheKey: (text, path) => createHash('sha1').update(`${version}${path}${text}`).digest('hex'),
  process: (text, path) => {
    const { code, map } = transformSync(text, { ...options, sourcefile: path })
    return { code, map }
  }
}
