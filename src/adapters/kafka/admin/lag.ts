import type { Admin } from 'kafkajs';
import type { GroupLag } from '../../../application/ports/backlog.ts';
import type { ClientOptions } from '../client/client.ts';
import { withAdmin } from './with-admin.ts';

/** A few seconds: the next sample comes in half a minute. */
const retries = 5;

type Read = Pick<GroupLag, 'group' | 'topic'>;

async function lagOf(admin: Admin, { group, topic }: Read): Promise<GroupLag> {
  const [ends, [committed]] = await Promise.all([
    admin.fetchTopicOffsets(topic),
    admin.fetchOffsets({ groupId: group, topics: [topic] }),
  ]);
  const positions = new Map(committed?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
  const lags = ends.map(({ partition, high, low }) => {
    // A group begins at the oldest record where it has committed nothing (-1), or what retention has removed.
    const position = Math.max(positions.get(partition) ?? 0, Number(low));
    return Math.max(0, Number(high) - position);
  });
  return { group, topic, messages: lags.reduce((sum, lag) => sum + lag, 0) };
}

/** The lag of each group. Its user needs to describe the topics and the groups. */
export const readLag = (options: ClientOptions, groups: readonly Read[]): Promise<readonly GroupLag[]> =>
  withAdmin(options, (admin) => Promise.all(groups.map((group) => lagOf(admin, group))), retries);
