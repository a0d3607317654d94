/**
 * A copy of a string that will live long.
 *
 * V8 keeps the whole chunk of the log alive for any part of it that is longer than 12 characters. What stays after its line (an evidence
 * text, the text of a problem) is copied here. What JSON.parse made (record.message) is a string of its own already.
 */
export function keep(text: string): string {
  return text.length < 13 ? text : Buffer.from(text).toString()
}

/** The first `limit` characters of a text, copied, with … where something was cut off. */
export function clip(text: string, limit = 200): string {
  return text.length <= limit ? keep(text) : `${keep(text.slice(0, limit))}…`
}
