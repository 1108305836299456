/** What kafkajs calls a network failure; everything else about a heartbeat is the broker's own answer. */
const networkFailures = new Set(['KafkaJSConnectionError', 'KafkaJSConnectionClosedError', 'KafkaJSBrokerNotFound']);

const isNetworkFailure = (error: unknown): boolean => error instanceof Error && networkFailures.has(error.name);

type Heartbeat<Options> = (this: GroupMember, options: Options) => Promise<void>;
type GroupMember = { readonly sessionTimeout: number };

/** kafkajs reads it as the broker's answer "not a member": it finds the coordinator anew and joins the group there. */
const noMember = (cause: unknown): Error =>
  Object.assign(new Error('No heartbeat reached the coordinator for a whole session', { cause }), {
    type: 'UNKNOWN_MEMBER_ID',
    retriable: false,
  });

/**
 * kafkajs makes two mistakes when a heartbeat cannot be sent.
 * 1. With one broker: a heartbeat that fails right after kafkajs has removed the broker from its list crashes the
 *    consumer. The restarted one waits a whole session until the group drops the crashed member (measured: one kill in
 *    six, 10 s and more without consumption instead of 0.3 s).
 * 2. With several: it asks a dead coordinator for ever, because only other errors make it find the new one.
 * So a failed heartbeat is no error until the session must be over. Until then the next one connects again; after it the consumer joins
 * the group anew.
 */
export function forgiveHeartbeats<Options>(heartbeat: Heartbeat<Options>, nowMs: () => number): Heartbeat<Options> {
  const failingSince = new WeakMap<GroupMember, number>();
  return async function forgiving(options) {
    try {
      await heartbeat.call(this, options);
      failingSince.delete(this);
    } catch (error) {
      if (!isNetworkFailure(error)) throw error;
      const since = failingSince.get(this) ?? nowMs();
      failingSince.set(this, since);
      if (nowMs() - since < this.sessionTimeout) return;
      failingSince.delete(this);
      throw noMember(error);
    }
  };
}
