/**
 * The only fields that reach a log line: everything else is dropped, so that a value nobody thought about (a body, a
 * header, a contact) cannot leak. Add a name here only when its values can never be a person's data or a secret.
 */
const names = [
  // Who and what: our own identifiers.
  'correlationId causationId userId subscriptionId paymentId refundId commandId testClockId periodKey attemptNo',
  'providerPaymentId providerRefundId providerObjectId objectType objectId providerErrorId requestId saveId subjectId',
  // What happened, in our own words.
  'outcome reason code kind type status state from to cause class step finding rule invariant place paySystem tariffId',
  'amountMinor currency expectedMinor retryable recovered version expectedVersion tries sends unsent sequence eventSeq',
  'until at dueAt nextAt validUntil notBefore',
  // Kafka.
  'topic partition offset group consumer schema schemaId subject messageId lag lanes clientId broker',
  // HTTP, in both directions; `route` is the pattern, never the address with its values.
  'method route path httpStatus remoteAddress',
  // Jobs, processes and how much of something there was.
  'job process component environment signal pid host port address name database collection index',
  'count found claimed published created failed skipped removed drift detail limit batch size bytes durationMs waitedMs uptimeMs delayMs',
];

export const loggedFields: ReadonlySet<string> = new Set(names.flatMap((line) => line.split(' ')));
