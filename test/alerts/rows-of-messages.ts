import { randomUUID } from 'node:crypto';
import kafkajs from 'kafkajs';
import { eventually } from '../../tools/client/eventually.ts';
import { topicNames } from '../../src/messages/topics.ts';
import type { Row } from './row.ts';
import { obeyPage } from './run-command.ts';
import { type Stage, stageWait } from './stage.ts';

const { ConfigResourceTypes, ConfigSource, Kafka, logLevel } = kafkajs;

const clientOf = ({ brokers }: Stage) => new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING });

/** Makes the topics of facts take no message; returns what makes it good. */
async function refuseFacts(stage: Stage): Promise<() => Promise<void>> {
  const admin = clientOf(stage).admin();
  await admin.connect();
  try {
    const topics = [topicNames.payments, topicNames.subscriptions, topicNames.entitlements];
    const asked = topics.map((name) => ({ type: ConfigResourceTypes.TOPIC, name }));
    const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: asked });
    // The request replaces all settings of the topic, so it repeats the others.
    const before = resources.map(({ resourceName: name, configEntries }) => ({
      ...{ type: ConfigResourceTypes.TOPIC, name },
      configEntries: configEntries
        .filter(({ configSource }) => configSource === ConfigSource.TOPIC_CONFIG)
        .map(({ configName, configValue }) => ({ name: configName, value: configValue })),
    }));
    const tiny = { name: 'max.message.bytes', value: '1' };
    const without = before.map((topic) => ({
      ...topic,
      configEntries: [...topic.configEntries.filter(({ name }) => name !== tiny.name), tiny],
    }));
    await admin.alterConfigs({ validateOnly: false, resources: without });
    return async () => {
      const again = clientOf(stage).admin();
      await again.connect();
      await again.alterConfigs({ validateOnly: false, resources: before });
      await again.disconnect();
    };
  } finally {
    await admin.disconnect();
  }
}

async function publishNonsense(stage: Stage): Promise<void> {
  const producer = clientOf(stage).producer();
  await producer.connect();
  try {
    await producer.send({
      topic: topicNames.commands,
      messages: [{ key: randomUUID(), value: 'of another program' }],
    });
  } finally {
    await producer.disconnect();
  }
}

async function openLetters(stage: Stage): Promise<readonly { readonly id: string }[]> {
  const output = await obeyPage(stage, 'runbooks/BillingDeadLetters.md', 'npm run admin -- dead-letters', {});
  return (JSON.parse(output) as { readonly letters: readonly { readonly id: string }[] }).letters;
}

/** Alerts about messages that do not arrive. */
export const messageRows: readonly Row[] = [
  {
    alerts: ['BillingDeadLetters'],
    fault: 'another program writes into the topic of commands',
    cure: 'drop',
    strike: async (stage) => {
      await publishNonsense(stage);
      const [letter] = await eventually(
        () => openLetters(stage),
        ({ length }) => length > 0,
        stageWait,
      );
      const words = { ID: letter?.id ?? '' };
      return {
        words,
        cure: async () => {
          await obeyPage(stage, 'running.md', 'npm run admin -- drop ID', words);
        },
      };
    },
  },
  {
    alerts: ['BillingKeyBlocked'],
    fault: 'a document of the subscriber is spoiled, so that each command throws',
    cure: 'the document is right again; retry',
    strike: async (stage) => {
      const { userId, user } = await stage.subscriber();
      const subscribers = stage.mongo.db.collection<{ _id: string }>('subscribers');
      const before = await subscribers.findOne({ _id: userId });
      await subscribers.updateOne({ _id: userId }, { $set: { settled: 7 } });
      await user.cancel();
      const words = { KEY: userId };
      return {
        words,
        cure: async () => {
          await subscribers.updateOne({ _id: userId }, { $set: { settled: before?.['settled' as '_id'] } });
          await obeyPage(stage, 'running.md', 'npm run admin -- retry billing-commands KEY', words);
        },
      };
    },
  },
  {
    alerts: ['BillingFactsLate'],
    fault: 'a limit of size with which Kafka takes no fact',
    cure: 'the limit is as it was',
    strike: async (stage) => {
      const cure = await refuseFacts(stage);
      await (await stage.userOf(randomUUID())).buy('month');
      return { cure };
    },
  },
];
