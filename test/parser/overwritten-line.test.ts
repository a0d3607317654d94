import { describe, expect, it } from 'vitest'
import { createParser, type LineProblem } from '../../src/parser/parser.ts'

const STARTING =
  '{"level":"info","ts":"2026-11-24T01:29:23.036Z","caller":"aws-k8s-agent/main.go:28","msg":"Starting L-IPAMD v1.7.10  ..."}'
const FAILURE =
  '{"level":"error","ts":"2026-11-24T01:29:23.981Z","caller":"aws-k8s-agent/main.go:28","msg":"Initialization failure: failed to allocate one IP addresses on ENI eni-0214aa1883c4ffd02"}'
const REST = 'caller":"awsutils/awsutils.go:394","msg":"Found device-number: 0 "}'
const NEXT =
  '{"level":"debug","ts":"2026-11-24T01:29:23.089Z","caller":"awsutils/awsutils.go:394","msg":"Found eni: eni-0214aa1883c4ffd02 "}'

function problemsOf(lines: readonly string[]): LineProblem[] {
  const problems: LineProblem[] = []
  const parser = createParser({ record: () => {}, problem: problem => problems.push(problem) })
  parser.write(Buffer.from(`${lines.join('\n')}\n`))
  parser.end()
  return problems
}

describe('a line that ipamd v1.6.1 to v1.11.2 overwrote itself', () => {
  it('is told from damage by the line of package main that fell on it', () => {
    expect(problemsOf([STARTING, FAILURE, REST, NEXT])).toMatchObject([{ kind: 'overwritten-line', line: 3 }])
  })

  it('is damage after any other line', () => {
    expect(problemsOf([STARTING, NEXT, REST])).toMatchObject([{ kind: 'unreadable-line', line: 3 }])
  })

  it('is damage where it does not follow at once, or is the beginning of a line', () => {
    expect(problemsOf([FAILURE, NEXT, REST])).toMatchObject([{ kind: 'unreadable-line' }])
    expect(problemsOf([FAILURE, '{"level":"debug","ts":"2026-11-24T01:29', NEXT])).toMatchObject([{ kind: 'unreadable-line' }])
  })
})
