import { spawn } from 'node:child_process'
import type { Alert, News } from '../model/news.ts'
import type { Incident } from '../model/report.ts'

const MOST_WAITING = 16
const TIMEOUT_MS = 30_000
const MOST_INPUT = 256 * 1024
const MOST_STDERR = 2_000
/** Lists of an incident in an alert; halved until it fits. */
const LISTED = 100

export interface Alerts {
  /** Incidents that begin or end run the command; other news do nothing. */
  hear(news: News): void
  /** Waits for commands that still run. */
  done(): Promise<void>
}

/**
 * Runs a command at the beginning and the end of an incident, one after the other. What happened is on its stdin as one JSON object (`Alert`),
 * never in its arguments. A command that fails, hangs or cannot be started is told and changes nothing else.
 */
export function createAlerts(
  [file, ...args]: readonly string[],
  path: string,
  failed: (text: string) => void,
  timeoutMs = TIMEOUT_MS,
): Alerts {
  const waiting: Alert[] = []
  let running: Promise<void> | undefined

  const work = async (): Promise<void> => {
    for (let alert = waiting.shift(); alert !== undefined; alert = waiting.shift()) {
      const problem = await run(file as string, args, shorten(alert), timeoutMs)
      if (problem !== undefined) failed(`--on-incident: ${file} ${problem}`)
    }
    running = undefined
  }

  return {
    hear({ kind, incident, node }) {
      if ((kind !== 'incident-began' && kind !== 'incident-ended') || incident === undefined) return
      if (waiting.length >= MOST_WAITING) {
        failed(`--on-incident: ${file} is too slow: an alert was left out`)
        return
      }
      waiting.push({
        schema: 'ipamd-trace/incident',
        schemaVersion: 1,
        event: kind === 'incident-began' ? 'began' : 'ended',
        node,
        path,
        incident,
        shortened: false,
      })
      running ??= work()
    },
    done: () => running ?? Promise.resolve(),
  }
}

/** What went wrong, undefined where nothing did. */
function run(file: string, args: readonly string[], input: string, timeoutMs: number): Promise<string | undefined> {
  return new Promise(resolve => {
    const child = spawn(file, args, { stdio: ['pipe', 'ignore', 'pipe'] })
    let stderr = ''
    let late = false
    const term = setTimeout(() => {
      late = true
      child.kill('SIGTERM')
    }, timeoutMs)
    const kill = setTimeout(() => child.kill('SIGKILL'), timeoutMs + 2_000)
    const end = (problem: string | undefined): void => {
      clearTimeout(term)
      clearTimeout(kill)
      resolve(problem)
    }
    child.on('error', (error: NodeJS.ErrnoException) => end(`cannot be run (${error.code ?? error.message})`))
    // a child of the command may hold the pipes: the exit of the command is the end
    child.on('exit', (code, signal) => {
      child.stderr.destroy()
      const last = stderr.trim().split('\n').at(-1)?.slice(0, 200) ?? ''
      if (late) end(`did not end within ${timeoutMs / 1_000} s and was stopped`)
      else if (code !== 0) end(`${code === null ? `ended by ${signal}` : `exited with ${code}`}${last === '' ? '' : `: ${last}`}`)
      else end(undefined)
    })
    child.stderr.on('data', (chunk: Buffer) => {
      if (stderr.length < MOST_STDERR) stderr += chunk.toString()
    })
    // it may not want to read
    child.stdin.on('error', () => {})
    child.stdin.end(input)
  })
}

function shorten(alert: Alert): string {
  for (let most = LISTED; ; most = Math.floor(most / 2)) {
    const text = `${JSON.stringify(most === LISTED && fits(alert.incident) ? alert : { ...alert, shortened: true, incident: cut(alert.incident, most) })}\n`
    if (Buffer.byteLength(text) <= MOST_INPUT || most === 0) return text
  }
}

function fits({ pods, failures, evidence, apiErrors }: Incident): boolean {
  return [pods, failures, evidence, apiErrors].every(list => list.length <= LISTED)
}

function cut(incident: Incident, most: number): Incident {
  return {
    ...incident,
    pods: incident.pods.slice(0, most),
    failures: incident.failures.slice(0, most),
    evidence: incident.evidence.slice(0, most),
    apiErrors: incident.apiErrors.slice(0, most),
  }
}
