/** A report that is narrowed to a stretch of time says of it what the whole report says of it. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Incident, NodeReport, PoolRow } from '../src/model/report.ts'
import { trace } from '../src/trace.ts'
import { caseFile, cases } from './cases.ts'

const wholes = new Map<string, NodeReport>()

async function node(id: string, window: { since?: number; until?: number; pod?: string; namespace?: string } = {}): Promise<NodeReport> {
  const { nodes } = await trace([caseFile(id, 'ipamd.log')], window)
  return nodes[0] as NodeReport
}

async function whole(id: string): Promise<NodeReport> {
  const known = wholes.get(id) ?? (await node(id))
  wholes.set(id, known)
  return known
}

const iso = (at: number): string => new Date(at).toISOString()

/** The step function: the rows of the window, and the one in force as it begins. */
function slice(rows: readonly PoolRow[], since: string): PoolRow[] {
  const before = rows.findLast(row => row[0] < since)
  return [...(before === undefined ? [] : [before]), ...rows.filter(row => row[0] >= since)]
}

const failuresIn = (incidents: readonly Incident[], since: string): string[] =>
  incidents.flatMap(incident => incident.failures).filter(at => at >= since)

const instants = fc.record({ id: fc.constantFrom(...cases), share: fc.double({ min: 0, max: 1.05, noNaN: true }) })

describe('since an instant', () => {
  it('pool rows, failures, incidents and happenings are those of the whole report from then on', async () => {
    await fc.assert(
      fc.asyncProperty(instants, async ({ id, share }) => {
        const all = await whole(id)
        const [first, last] = [Date.parse(all.firstAt as string), Date.parse(all.lastAt as string)]
        const since = Math.round(first + share * (last - first))
        const narrowed = await node(id, { since })
        expect(narrowed.pool.rows).toEqual(slice(all.pool.rows, iso(since)))
        const ids = narrowed.incidents.map(incident => incident.id)
        expect(narrowed.incidents).toEqual(all.incidents.filter(incident => ids.includes(incident.id)))
        for (const { id, recoveredAt, lastFailureAt } of all.incidents)
          if ((recoveredAt ?? lastFailureAt) >= iso(since)) expect(ids).toContain(id)
          else if (recoveredAt !== null) expect(ids).not.toContain(id)
        expect(narrowed.requests.failed).toBe(failuresIn(all.incidents, iso(since)).length)
        expect(narrowed.happenings).toEqual(all.happenings.filter(({ at, until }) => (until ?? at) >= iso(since)))
      }),
      { numRuns: 60 },
    )
  })

  it('requests, replies and deletions before and after an instant are all of them', async () => {
    for (const id of cases) {
      const all = await whole(id)
      for (const row of all.pool.rows.slice(0, 20)) {
        const at = Date.parse(row[0])
        const after = (await node(id, { since: at })).requests
        const before = (await node(id, { until: at - 1 })).requests
        for (const key of ['add', 'assigned', 'failed', 'del'] as const)
          expect(before[key] + after[key], `${id} ${key}`).toBe(all.requests[key])
      }
    }
  })

  it('what was over before is neither told nor ruled out', async () => {
    const { nodes, verdict, window } = await trace([caseFile('subnet-out-of-addresses', 'ipamd.log')], {
      since: Date.parse('2024-09-11T20:41:30Z'),
    })
    expect(verdict).toMatchObject({
      status: 'ok',
      headline: 'No request for an address is in this stretch of the log, and nothing went wrong.',
    })
    expect(nodes[0]?.incidents).toEqual([])
    expect(nodes[0]?.checked.map(({ id }) => id)).not.toContain('subnet-out-of-addresses')
    expect(window).toEqual({ since: '2024-09-11T20:41:30.000Z' })
  })
})

describe('until an instant', () => {
  it('pool rows and failures are those of the whole report up to then', async () => {
    await fc.assert(
      fc.asyncProperty(instants, async ({ id, share }) => {
        const all = await whole(id)
        const [first, last] = [Date.parse(all.firstAt as string), Date.parse(all.lastAt as string)]
        const until = Math.round(first + share * (last - first))
        const narrowed = await node(id, { until })
        // how long addresses rest is learned as the log goes on: after its last line a cooldown may seem over that is not
        const read = narrowed.lastAt ?? ''
        expect(narrowed.pool.rows.filter(row => row[0] <= read)).toEqual(all.pool.rows.filter(row => row[0] <= read))
        expect(narrowed.incidents.flatMap(incident => incident.failures)).toEqual(
          all.incidents.flatMap(incident => incident.failures).filter(at => at <= iso(until)),
        )
      }),
      { numRuns: 60 },
    )
  })
})

describe('the pods asked for', () => {
  it.each(cases)('have the waits that they have in the whole report: %s', async id => {
    const all = await whole(id)
    for (const incident of all.incidents)
      for (const pod of incident.pods) {
        if (pod.name === null) continue
        const narrowed = await node(id, { pod: `${pod.namespace}/${pod.name}` })
        const own = narrowed.incidents.find(({ pods }) => pods.some(one => one.firstAttemptAt === pod.firstAttemptAt))
        expect(own?.pods).toEqual([pod])
        expect(own?.failedRequests).toBe(own?.failures.length)
        expect(own?.recoveredAt ?? null).toBe(pod.assignedAt)
      }
  })

  it('add up to the namespace and to the whole', async () => {
    const all = await whole('subnet-out-of-addresses')
    const failed = (report: NodeReport): number => report.incidents.reduce((sum, incident) => sum + incident.failedRequests, 0)
    const namespaces = [...new Set(all.incidents.flatMap(({ pods }) => pods.map(({ namespace }) => namespace as string)))]
    const parts = await Promise.all(namespaces.map(async namespace => failed(await node('subnet-out-of-addresses', { namespace }))))
    expect(parts.reduce((sum, part) => sum + part, 0)).toBe(failed(all))
  })

  it('are said in the verdict where nothing of theirs failed', async () => {
    const { verdict } = await trace([caseFile('subnet-out-of-addresses', 'ipamd.log')], { pod: 'no/such' })
    expect(verdict).toEqual({ status: 'ok', headline: 'No request of no/such failed in this log.', cause: null })
  })
})
