/** stern: `aws-node-x7k2p aws-node {…}`, with a namespace before and a time after (stern cmd/cmd.go). Its json forms are read as `json-field`. */
import type { Wrapper } from './wrapper.ts'

export const stern: Wrapper = {
  form: 'stern',
  ofText(text) {
    const found = HEAD.exec(text)
    if (!found) return undefined
    const [head, first = '', second = '', third] = found
    // Three names: the first one is the namespace.
    const node = third === undefined ? first : second
    return { text: text.slice(head.length), node, stream: third ?? second }
  },
}

/** Two or three names of Kubernetes, then the line; perhaps a sign of stern (`+`, `›`) before. Blanks part the names, so there is no way back. */
const HEAD =
  /^(?:[+›] )?([a-z0-9][a-z0-9.-]{0,252}) ([a-z0-9][a-z0-9.-]{0,252})(?: ([a-z0-9][a-z0-9-]{0,62}))? (?=\{"|\d{4}-\d\d-\d\dT\d\d:)/
