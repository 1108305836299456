import { randomUUID } from 'node:crypto';
import kafkajs from 'kafkajs';

const timeoutMs = 600_000;

/** Reads the log as another service would: the age of each fact when seen, and when all users of a wave are renewed. */
export async function watchFacts(brokers: readonly string[]) {
  const kafka = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING });
  const consumer = kafka.consumer({ groupId: `bench-${randomUUID()}`, maxWaitTimeInMs: 50 });
  const renewedAt = new Map<string, number>();
  const agesMs: number[] = [];
  let check = (): void => undefined;
  await consumer.connect();
  await consumer.subscribe({ topics: ['billing.subscriptions.v1'], fromBeginning: true });
  await consumer.run({
    eachMessage: ({ message }) => {
      agesMs.push(Date.now() - Date.parse(String(message.headers?.['ce_time'])));
      const isRenewal = String(message.headers?.['ce_type']).includes('subscription.renewed');
      if (isRenewal) renewedAt.set(String(message.key), Date.now());
      check();
      return Promise.resolve();
    },
  });
  return {
    /** From the decision to the reader, the save included; since the last call. */
    takeAgesMs: (): readonly number[] => agesMs.splice(0),
    /** The instants at which the renewals of these users were seen. */
    until: (userIds: readonly string[]): Promise<readonly number[]> =>
      new Promise((resolve, reject) => {
        const missing = (): number => userIds.filter((userId) => !renewedAt.has(userId)).length;
        const timer = setTimeout(() => reject(new Error(`${missing()} renewals are missing`)), timeoutMs);
        const knownBefore = renewedAt.size - userIds.length + missing();
        check = () => {
          if (renewedAt.size - knownBefore < userIds.length || missing() > 0) return;
          clearTimeout(timer);
          resolve(userIds.map((userId) => renewedAt.get(userId) ?? 0));
        };
        check();
      }),
    stop: () => consumer.disconnect(),
  };
}
