/** What the exit code says; `--help` and the README print this table. */
export const EXIT = {
  sound: 0,
  usage: 2,
  foreign: 3,
  damaged: 4,
  verdict: 10,
  defect: 70,
} as const

export const EXIT_HELP = `Exit codes:
  0   the analysis is sound, whatever it found
  2   wrong usage, or an input that cannot be opened
  3   nothing in the input is ipamd's log
  4   the input is damaged, or reading was interrupted: the report may be incomplete
  10  with --fail-on LEVEL: the verdict is at or above LEVEL; with --exit-on: --for ran out first
  70  a defect of ipamd-trace`
