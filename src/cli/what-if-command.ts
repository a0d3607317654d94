import type { Argv } from 'yargs'
import { InputError } from '../model/input-error.ts'
import { terminalWhatIf } from '../reporters/terminal-what-if.ts'
import { type Question, whatIf } from '../trace.ts'
import { answer, answerOptions } from './answer.ts'
import { createInterrupt } from './interrupt.ts'
import type { Io } from './io.ts'
import { exitCode, isForeign, tell } from './outcome.ts'
import { createProgressLine } from './progress.ts'

export function whatIfCommand(yargs: Argv, io: Io, done: (code: number) => void): Argv {
  return yargs.command(
    'what-if [paths..]',
    "The node's own demand replayed under other settings of the pool",
    command =>
      answerOptions(command)
        .positional('paths', { type: 'string', array: true, describe: 'Logs, as for a report' })
        .option('warm-ip-target', { type: 'string', describe: 'WARM_IP_TARGET; 0: unset' })
        .option('minimum-ip-target', { type: 'string', describe: 'MINIMUM_IP_TARGET; 0: unset' })
        .option('warm-eni-target', { type: 'string', describe: 'WARM_ENI_TARGET' })
        .option('warm-prefix-target', { type: 'string', describe: 'WARM_PREFIX_TARGET' })
        .option('prefix-delegation', { type: 'boolean', describe: 'ENABLE_PREFIX_DELEGATION (--no-prefix-delegation: off)' })
        .option('cooldown', { type: 'string', describe: 'IP_COOLDOWN_PERIOD, e.g. 10s' })
        .option('max-eni', { type: 'string', describe: 'MAX_ENI' })
        .option('instance-type', { type: 'string', describe: 'The limits of another type, e.g. m5.xlarge' })
        .option('recommend', { type: 'boolean', describe: 'Search the setting with the fewest addresses at no failure' })
        .example('$0 what-if ipamd.log --warm-ip-target 5', 'Addresses held, failures and EC2 calls with five spare addresses'),
    async argv => {
      const question: Question = {
        settings: {
          ...given('warmIpTarget', readCount(argv['warm-ip-target'], 'warm-ip-target')),
          ...given('minimumIpTarget', readCount(argv['minimum-ip-target'], 'minimum-ip-target')),
          ...given('warmEniTarget', readCount(argv['warm-eni-target'], 'warm-eni-target')),
          ...given('warmPrefixTarget', readCount(argv['warm-prefix-target'], 'warm-prefix-target')),
          ...given('prefixDelegation', argv['prefix-delegation']),
          ...given('cooldownMs', readSeconds(argv.cooldown)),
          ...given('maxEni', readCount(argv['max-eni'], 'max-eni')),
        },
        ...given('instanceType', argv['instance-type']),
        recommend: argv.recommend === true,
      }
      const progress = createProgressLine(io)
      const interrupt = createInterrupt(io)
      try {
        const { whatIf: found, ...traced } = await whatIf(argv.paths ?? [], question, {
          stdin: io.stdin,
          signal: interrupt.signal,
          onProgress: now => {
            interrupt.listen()
            progress.update(now)
          },
        })
        progress.clear()
        tell(traced, io)
        if (isForeign(traced)) return done(exitCode(traced))
        await answer(found, terminalWhatIf, argv, io)
        done(exitCode(traced))
      } finally {
        progress.clear()
        interrupt.off()
      }
    },
  )
}

function given<K extends string, V>(name: K, value: V | undefined): { readonly [name in K]?: V } {
  return (value === undefined ? {} : { [name]: value }) as { readonly [name in K]?: V }
}

const MOST = 10_000

function readCount(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined
  const value = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (!(value <= MOST)) throw new InputError(`--${option} takes a number from 0 to ${MOST}, not '${text.slice(0, 60)}'`)
  return value
}

/** `10s`, `2m`, or seconds as IP_COOLDOWN_PERIOD takes them. */
function readSeconds(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const parts = /^(\d{1,5})(s|m)?$/.exec(text.trim())
  if (parts === null) throw new InputError(`--cooldown takes seconds such as 10s, not '${text.slice(0, 60)}'`)
  return Number(parts[1]) * (parts[2] === 'm' ? 60_000 : 1_000)
}
