import { createRequire } from 'node:module'

/** Of package.json, which stands one folder above the built code. */
export const version: string = (createRequire(import.meta.url)('../package.json') as { version: string }).version
