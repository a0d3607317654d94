import { createRequire } from 'node:module'

/** Of package.json, which stands one folder above the built code. */
export const version: string = (createRequire(import.meta.url)('../package.json') as { version: string }).version

/** The folder of package.json: what the package brings beside its code is found from here. */
export const packageRoot = new URL('..', import.meta.url)
