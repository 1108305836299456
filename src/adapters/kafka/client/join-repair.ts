import kafkajs from 'kafkajs';

type Join<Member> = (this: Member) => Promise<void>;
type Heartbeat<Member, Options> = (this: Member, options: Options) => Promise<void>;

/** kafkajs reads it as the broker's answer, and joins again as the member that it is. */
const mustJoinAgain = (): Error =>
  Object.assign(new Error('The last attempt to join the group has failed'), { type: 'REBALANCE_IN_PROGRESS' });

/**
 * kafkajs says so where no broker that it asked for the coordinator gave an answer. It takes that for a fault which another attempt
 * cannot help, and the consumer ends: one lost answer of a single broker ended it.
 */
const withoutCoordinator = 'KafkaJSGroupCoordinatorNotFound';

const repeatable = (error: unknown): unknown =>
  error instanceof Error && error.name === withoutCoordinator ? new kafkajs.KafkaJSError(error.message) : error;

/**
 * kafkajs goes on after a rebalance in which it joined the group and got no partitions, for example because another member, who divides
 * them, took longer than a request may (3 s). It keeps the partitions of before, and its heartbeats succeed, as it is a member: what
 * the group has given it is consumed by no one until the next rebalance. So the next heartbeat after such a failure makes it join again.
 */
export function joinAgainAfterFailure<Member extends object, Options>(
  joinAndSync: Join<Member>,
  heartbeat: Heartbeat<Member, Options>,
): { readonly joinAndSync: Join<Member>; readonly heartbeat: Heartbeat<Member, Options> } {
  const withoutPartitions = new WeakSet<Member>();
  return {
    joinAndSync: async function joining() {
      try {
        await joinAndSync.call(this);
      } catch (error) {
        withoutPartitions.add(this);
        throw repeatable(error);
      }
      withoutPartitions.delete(this);
    },
    heartbeat: async function beating(options) {
      if (withoutPartitions.has(this)) throw mustJoinAgain();
      await heartbeat.call(this, options);
    },
  };
}
