/** What an AWS API said when it refused, as far as the text has it. */
export interface AwsError {
  /** `InsufficientFreeAddressesInSubnet` … */
  readonly code?: string
  /** `CreateNetworkInterface` …; only SDK v2 prints it. */
  readonly api?: string
  /** HTTP status; 0: no answer came. */
  readonly status?: number
  readonly requestId?: string
}

/**
 * Reads the error of either AWS SDK inside any text (families 0.8).
 *
 * SDK v1, v1.5.0 to v1.19.3: `Code: message\n\tstatus code: 400, request id: 0a1b…`, without the second line where no answer came.
 * SDK v2, v1.19.4 and later: `operation error EC2: CreateNetworkInterface, https response error StatusCode: 400, RequestID: 0a1b…, api error Code: message`.
 * Undefined where the text is neither.
 */
export function readAwsError(text: string): AwsError | undefined {
  return readVersion2(text) ?? readVersion1(text)
}

function readVersion2(text: string): AwsError | undefined {
  const outer = text.indexOf('operation error ')
  if (outer < 0) return undefined
  // a call that got no credentials names the call that should have brought them
  const inner = text.lastIndexOf('operation error ')
  const [, outerApi] = callAt(text, outer)
  const [service, api] = callAt(text, inner)
  if (service === 'ec2imds') {
    // the metadata service is not EC2's API: what it says is read elsewhere, and what waited for it was never answered
    return inner === outer ? undefined : { ...(outerApi === '' ? {} : { api: outerApi }), status: 0 }
  }
  const operation = inner
  const status = numberAfter(text, 'StatusCode: ', operation)
  const requestId = tokenAfter(text, 'RequestID: ', operation)
  const code = tokenAfter(text, 'api error ', operation)
  return {
    ...(code === undefined ? {} : { code }),
    ...(api === '' ? {} : { api }),
    ...(status === undefined ? (code === undefined ? { status: 0 } : {}) : { status }),
    ...(requestId === undefined ? {} : { requestId }),
  }
}

/** The service and the call after "operation error ". */
function callAt(text: string, operation: number): [service: string, api: string] {
  const colon = text.indexOf(': ', operation)
  return colon < 0 ? ['', ''] : [text.slice(operation + 16, colon), wordAt(text, colon + 2)]
}

function readVersion1(text: string): AwsError | undefined {
  const status = numberAfter(text, 'status code: ', 0)
  const requestId = tokenAfter(text, 'request id: ', 0)
  const code = codeIn(text, status === undefined ? text.length : text.indexOf('status code: '))
  if (code === undefined || code === 'EC2MetadataError' || isOfMetadata(text)) return undefined
  if (status === undefined && !WITHOUT_ANSWER.has(code)) return BARE.has(code) ? { code } : undefined
  return { code, status: status ?? 0, ...(requestId === undefined ? {} : { requestId }) }
}

/** `RequestError: send request failed caused by: Get "http://169.254.169.254/latest/meta-data/…"`: no EC2 call, unless it was for the credentials of one. */
function isOfMetadata(text: string): boolean {
  return text.includes('/latest/meta-data/') && !text.includes('security-credentials')
}

/** SDK v1's own codes for a call that brought no answer. */
const WITHOUT_ANSWER = new Set(['RequestError', 'RequestCanceled', 'NoCredentialProviders', 'WebIdentityErr'])
/** Codes that ipamd prints alone: "Insufficient IP Addresses due to: InsufficientFreeAddressesInSubnet". */
const BARE = new Set(['InsufficientFreeAddressesInSubnet', 'InsufficientCidrBlocks'])

/** The last `Code: ` (or `Code` alone) before the status: wrapped errors put their own words before it. */
function codeIn(text: string, before: number): string | undefined {
  let found: string | undefined
  for (let at = 0; at < before; ) {
    const word = wordAt(text, at)
    const end = at + word.length
    const next = text[end]
    if (word.length >= 6 && isCode(word) && (next === ':' || next === undefined || next === '\n')) {
      found = word
      // its message may hold words that look like codes
      if (next === ':') return found
    }
    at = end === at ? at + 1 : end
  }
  return found
}

/** EC2's codes are one word in capitals and small letters, with a point at most: `InvalidSubnetID.NotFound`. */
function isCode(word: string): boolean {
  const first = word.charCodeAt(0)
  if (first < 65 || first > 90) return false
  let capitals = 0
  let small = 0
  for (let i = 0; i < word.length; i++) {
    const code = word.charCodeAt(i)
    if (code >= 65 && code <= 90) capitals++
    else if (code >= 97 && code <= 122) small++
    else if (code !== 46) return false
  }
  return (capitals >= 2 && small >= 3 && !OWN_WORDS.has(word)) || ONE_CAPITAL.has(word)
}

/** ipamd's own words that look like codes. */
const OWN_WORDS = new Set(['AllocENI', 'FreeENI', 'DescribeAllENIs', 'AssignPodIPAddress'])
/** Codes that look like any word. */
const ONE_CAPITAL = new Set(['Throttling', 'Unavailable', 'Unsupported'])

function wordAt(text: string, from: number): string {
  let end = from
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end)
    const isWord = (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 46 || code === 95
    if (!isWord) break
  }
  return text.slice(from, end)
}

function tokenAfter(text: string, label: string, from: number): string | undefined {
  const at = text.indexOf(label, from)
  if (at < 0) return undefined
  let end = at + label.length
  while (end < text.length && !' ,:\n\t"]'.includes(text[end] as string)) end++
  const token = text.slice(at + label.length, end)
  return token === '' ? undefined : token
}

function numberAfter(text: string, label: string, from: number): number | undefined {
  const token = tokenAfter(text, label, from)
  const value = token === undefined ? Number.NaN : Number(token)
  return Number.isInteger(value) && value >= 0 && value < 1_000 ? value : undefined
}
