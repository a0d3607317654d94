/** The user's mistake, told in one line that says what to do: exit code 2, or a note beside the inputs that could be read. */
export class InputError extends Error {
  override readonly name = 'InputError'
}
