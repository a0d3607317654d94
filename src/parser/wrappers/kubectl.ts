/** `kubectl logs --prefix`: `[pod/aws-node-x7k2p/aws-node] {…}`. A pod of a DaemonSet stands for its node as long as nothing names that. */
import type { Wrapper } from './wrapper.ts'

export const kubectl: Wrapper = {
  form: 'kubectl',
  ofText(text) {
    if (!text.startsWith('[pod/')) return undefined
    const end = text.indexOf('] ')
    if (end < 6 || end > 600) return undefined
    const [node = '', container = ''] = text.slice(5, end).split('/')
    return POD.test(node) ? { text: text.slice(end + 2), node, stream: container } : undefined
  },
}

const POD = /^[a-z0-9][a-z0-9.-]{0,252}$/
