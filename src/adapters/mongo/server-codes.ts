/** The server steps down, shuts down, is overloaded, or could not confirm a write to the majority in time: it comes back. */
export const passing: ReadonlySet<unknown> = new Set([
  ...[6, 7, 89, 202, 9001], // HostUnreachable, HostNotFound, NetworkTimeout, NetworkInterfaceExceededTimeLimit, SocketException
  ...[24, 50, 112, 262, 11_601], // LockTimeout, MaxTimeMSExpired, WriteConflict, ExceededTimeLimit, Interrupted
  ...[46_841, 91_331, 10_045_600], // ClientMarkedKilled, RetriableRemoteCommandFailure, InterruptedDueToFCVChange
  ...[64, 134], // WriteConcernTimeout, ReadConcernMajorityNotAvailableYet
  ...[91, 189, 10_107, 11_600, 11_602, 13_435, 13_436], // ShutdownInProgress, PrimarySteppedDown and their kind
]);

/** The server refuses our document or our query, and would refuse it again. */
const ours: ReadonlySet<unknown> = new Set([
  ...[11_000, 11_001], // DuplicateKey
  10_334, // BSONObjectTooLarge
  ...[2, 9, 14, 15, 16, 22], // BadValue, FailedToParse, TypeMismatch, Overflow, InvalidLength, InvalidBSON
  ...[28, 40, 52, 53, 54, 55, 56, 57], // PathNotViable, ConflictingUpdateOperators, and names of fields
  ...[66, 72, 73, 121], // ImmutableField, InvalidOptions, InvalidNamespace, DocumentValidationFailure
  ...[26, 27, 48, 67, 85, 86], // a collection or an index that is missing, exists or differs: for the deploy step to say
  ...[146, 292], // ExceededMemoryLimit, QueryExceededMemoryLimitNoDiskUseAllowed
  ...[17_419, 17_420], // a document that an update makes too large, as older servers say it
  ...[168, 31_325, 40_324], // operators and a stage of a pipeline that do not exist
  ...[40_413, 40_414, 40_415], // fields of a command: given twice, missing, unknown
  ...[15_998, 16_410, 40_352, 40_353], // paths with names that are empty or begin with a dollar
  ...[31_249, 31_250], // paths of a projection that collide
]);

/**
 * Whether the error is about our operation, so that it is a bug. Every other code is about the server (a full disk, a
 * password, a write concern that cannot be met), and so is a code that this table does not know: the server has thousands
 * without a name, and a purchase that waits with an alarm is better than one that is set aside.
 */
export const isAboutOurs = ({ code }: { readonly code?: unknown }): boolean => ours.has(code);
