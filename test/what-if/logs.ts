import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import type { WhatIfAnswer, WhatIfRefusal } from '../../src/model/what-if.ts'
import { type Question, whatIf } from '../../src/trace.ts'

/** Logs of the real ipamd, four to eight minutes each. */
export const LOGS = ['burst', 'burst-v1.7.10', 'cooldown', 'eni-limit', 'minimum', 'prefixes', 'restart', 'failed-start'] as const
export type Log = (typeof LOGS)[number]

const pathOf = (log: Log): string => fileURLToPath(new URL(`../../fixtures/what-if/${log}.log.gz`, import.meta.url))

type Asked = Partial<Question>

/** What a log answers, which must not be a refusal. */
export async function answerOf(log: Log, question: Asked = {}): Promise<WhatIfAnswer> {
  const node = await ask(pathOf(log), question)
  if ('refused' in node) throw new Error(node.refused)
  return node
}

/** Why nothing is answered. */
export async function refusalOf(log: Log, question: Asked = {}, change?: (text: string) => string): Promise<WhatIfRefusal> {
  const node = await toldOf(log, question, change)
  if (!('refused' in node)) throw new Error('it was answered')
  return node
}

/** An answer or a refusal, of a log that was changed. */
export async function toldOf(
  log: Log,
  question: Asked = {},
  change: (text: string) => string = text => text,
): Promise<WhatIfAnswer | WhatIfRefusal> {
  const folder = mkdtempSync(join(tmpdir(), 'ipamd-trace-'))
  try {
    const path = join(folder, 'ipamd.log')
    writeFileSync(path, change(gunzipSync(readFileSync(pathOf(log))).toString()))
    return await ask(path, question)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function ask(path: string, question: Asked): Promise<WhatIfAnswer | WhatIfRefusal> {
  const { whatIf: answer } = await whatIf([path], { settings: {}, ...question })
  const [node] = answer.nodes
  if (node === undefined) throw new Error('no node')
  return node
}
