/** Every bound on what is read, in one place: archives come by mail. What was read before a bound is met is used, and the report says so. */

/** How much of a log is looked at before the order of files is decided. A minute of ipamd at debug is about 10 kB. */
export const HEAD_BYTES = 64 * 1024
/** How much of its end, for its last record; where that has none, as much as of the beginning. */
export const TAIL_BYTES = 8 * 1024

/** One read. 256 KiB fit the second-level cache; larger ones are slower. */
export const CHUNK_BYTES = 256 * 1024

/** Directories: a folder of 200 nodes with their rotated logs has some thousand entries. */
export const MAX_DEPTH = 12
export const MAX_ENTRIES = 100_000
/** Files without ipamd's name that are opened to see what they are. */
export const MAX_GUESSES = 2_000
export const MAX_GLOB_MATCHES = 10_000

/** Compressed layers: a bundle in a bundle, a rotated log in it. */
export const MAX_LAYERS = 3

/**
 * A log shrinks 20 to 60 times, one line for ever 257 times, zeros 1,029 times (gzip -9). Judged only past the first 64 MiB, so that a small
 * file may be as odd as it likes.
 */
export const MAX_RATIO = 500
export const RATIO_FROM_BYTES = 64 * 1024 * 1024

/** Archives. A node keeps 600 MiB of ipamd logs at most (five backups of 100 MiB and the live file). */
export const MAX_MEMBER_BYTES = 2 * 1024 ** 3
export const MAX_ARCHIVE_BYTES = 16 * 1024 ** 3
/** Over all passes through one archive: its logs may lie in any order. */
export const MAX_PASSED_BYTES = 2 * MAX_ARCHIVE_BYTES
export const MAX_MEMBERS = 100_000
export const MAX_NAME_LENGTH = 4_096
/** Members that say what the node is: JSON and short texts. */
export const MAX_FACT_BYTES = 4 * 1024 * 1024
/** An archive that comes through a pipe cannot be read twice, so it is held in memory, compressed as it is. */
export const MAX_PIPED_ARCHIVE_BYTES = 256 * 1024 * 1024
/** Logs, over all that is named. A folder of 500 nodes with their rotated logs has 3,000; as many nodes take 300 MB. */
export const MAX_LOGS = 4_000
