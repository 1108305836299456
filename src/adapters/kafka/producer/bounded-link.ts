import type { TopicMessages } from 'kafkajs';
import type { Clock } from '../../../application/ports/clock.ts';
import { within } from '../../../application/services/within.ts';
import type { ProducerLink } from './producer-link.ts';
import type { Outgoing } from './send-queue.ts';

type Send = (batch: readonly Outgoing[]) => Promise<void>;

/** The connection of the send loop: made when there is something to send, and made anew after it was dropped. */
export type BoundedLink = {
  /** One attempt to send, while there is a connection. Past its bound the connection is dropped, and the send fails. */
  readonly attempt: () => Send | null;
  readonly connect: () => Promise<void>;
  readonly drop: () => void;
  readonly close: () => Promise<void>;
};

const byTopic = (batch: readonly Outgoing[]): TopicMessages[] =>
  [...Map.groupBy(batch, ({ topic }) => topic)].map(([topic, taken]) => ({
    topic,
    messages: taken.map(({ message }) => message),
  }));

export function createBoundedLink(connect: () => Promise<ProducerLink>, clock: Clock, boundMs: number): BoundedLink {
  let link: ProducerLink | null = null;
  const drop = (): void => {
    link?.sever();
    link = null;
  };
  const sendBy =
    (current: ProducerLink): Send =>
    async (batch) => {
      await within(
        { clock, ms: boundMs },
        () => current.send(byTopic(batch)),
        () => {
          drop();
          throw new Error(`Kafka did not answer within ${boundMs} ms.`);
        },
      );
    };
  return {
    attempt: () => link && sendBy(link),
    connect: async () => {
      link = await connect();
    },
    drop,
    close: async () => {
      await link?.close();
    },
  };
}
