import { channels } from './generated/contract.ts';

export type TopicDefinition = {
  readonly name: string;
  readonly about: string;
  /** Fixed for the topic's life: with more, a user's next message may go to another partition and overtake the last. */
  readonly partitions: number;
  /** Kafka's own setting names; replication is the deployment's choice. */
  readonly config: Readonly<Record<string, string>>;
};

/** Every topic of the contract, as the deploy step creates it. Defined in schemas/channels.yaml. */
export const topics: readonly TopicDefinition[] = Object.values(channels);

export const topicNames = {
  commands: channels.commands.name,
  hints: channels.hints.name,
  timers: channels.timers.name,
  subscriptions: channels.subscriptions.name,
  payments: channels.payments.name,
  entitlements: channels.entitlements.name,
  deadLetters: channels.deadLetters.name,
} as const;

export type TopicKey = keyof typeof topicNames;
/** In the order of the contract. */
export const topicKeys = Object.keys(topicNames) as readonly TopicKey[];

/** What others order of this service or announce to it. The other topics are facts, of which this service is the writer. */
export const receivedTopics: readonly string[] = [topicNames.commands, topicNames.hints, topicNames.timers];
