import kafkajs from 'kafkajs';

const askTimeoutMs = 5000;
/** A new client knows no broker by its number: the first try finds that out and reads who they are. */
const retries = 2;

/** How many consumers share the partitions of a group, asked of Kafka from outside the containers. */
export async function membersOf(group: string, broker: string): Promise<number> {
  const options = { brokers: [broker], requestTimeout: askTimeoutMs, retry: { retries } };
  const admin = new kafkajs.Kafka({ ...options, logLevel: kafkajs.logLevel.NOTHING }).admin();
  try {
    await admin.connect();
    const { groups } = await admin.describeGroups([group]);
    return groups[0]?.state === 'Stable' ? groups[0].members.length : 0;
  } finally {
    await admin.disconnect();
  }
}
