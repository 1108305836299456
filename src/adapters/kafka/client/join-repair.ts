import kafkajs from 'kafkajs';

type Join<Member> = (this: Member) => Promise<void>;
type Heartbeat<Member, Options> = (this: Member, options: Options) => Promise<void>;

/** kafkajs reads it as the broker's answer, stops all its fetches, and joins again as the member that it is. */
const mustJoinAgain = (why: string): Error => Object.assign(new Error(why), { type: 'REBALANCE_IN_PROGRESS' });

/**
 * kafkajs says so where no broker named the coordinator, be it by silence or by a refusal. It takes that for a fault which another
 * attempt cannot help, and the consumer ends: one lost answer of a single broker ended it. No `cause` is passed on, because kafkajs
 * would ask that one whether it may be repeated.
 */
const withoutCoordinator = 'KafkaJSGroupCoordinatorNotFound';

const repeatable = (error: unknown): unknown =>
  error instanceof Error && error.name === withoutCoordinator ? new kafkajs.KafkaJSError(error.message) : error;

/**
 * kafkajs goes on after a rebalance in which it joined the group and did not learn its partitions, for example because another member,
 * who divides them, took longer than a request may (3 s). It keeps the partitions of before, and its heartbeats succeed, as it is a
 * member: what the group has given it is consumed by no one until the next rebalance. So the next heartbeat after such a failure makes
 * it join again.
 */
export function joinAgainAfterFailure<Member extends object, Options>(
  joinAndSync: Join<Member>,
  heartbeat: Heartbeat<Member, Options>,
): { readonly joinAndSync: Join<Member>; readonly heartbeat: Heartbeat<Member, Options> } {
  const joinedInPart = new WeakSet<Member>();
  return {
    joinAndSync: async function joining() {
      try {
        await joinAndSync.call(this);
      } catch (error) {
        joinedInPart.add(this);
        throw repeatable(error);
      }
      joinedInPart.delete(this);
    },
    heartbeat: async function beating(options) {
      if (joinedInPart.has(this)) throw mustJoinAgain('The last attempt to join the group has failed');
      await heartbeat.call(this, options);
    },
  };
}

type Group = { readonly cluster: { readonly refreshMetadata: () => Promise<void> } };
type Recover = (this: Group, error: { readonly type?: string; readonly name?: string }) => Promise<void>;

/** What kafkajs calls partitions that have moved, or whose number has changed. */
const moved = new Set([
  ...['LEADER_NOT_AVAILABLE', 'NOT_LEADER_FOR_PARTITION', 'FENCED_LEADER_EPOCH', 'UNKNOWN_LEADER_EPOCH'],
  ...['UNKNOWN_TOPIC_OR_PARTITION', 'KafkaJSTopicMetadataNotLoaded', 'KafkaJSStaleTopicMetadataAssignment'],
]);

/**
 * Where a partition has moved, kafkajs joins its group inside the fetch from one broker, while those from others go on. An answer of
 * theirs that arrives after the join counts as fetched from the committed offset: what lies between is skipped, and the next commit
 * loses it. So the fetch fails as in any rebalance, which stops all fetches and drops their answers before it joins.
 */
export const joinOutsideFetches = (recover: Recover): Recover =>
  async function recovering(error) {
    if (!moved.has(error.type ?? '') && !moved.has(error.name ?? '')) return recover.call(this, error);
    await this.cluster.refreshMetadata();
    throw mustJoinAgain('Partitions have moved');
  };

type Where = { readonly nodeId: string; readonly broker: unknown };
type Ask = (where: Where) => Promise<unknown>;
type AskAny = (this: object, ask: Ask) => Promise<unknown>;

const refusedGroup = 'GROUP_AUTHORIZATION_FAILED';

/** kafkajs hides why no broker would answer. A user who may not use the group would be refused for ever without a reason. */
export const nameRefusals = (withBroker: AskAny): AskAny =>
  async function asking(ask) {
    const refusals: Error[] = [];
    const answer = await withBroker.call(this, async (where) => {
      try {
        return await ask(where);
      } catch (error) {
        if (error instanceof Error && 'type' in error && error.type === refusedGroup) refusals.push(error);
        throw error;
      }
    });
    const [refusal] = refusals;
    if (answer === null && refusal !== undefined) throw refusal;
    return answer;
  };
