import kafkajs from 'kafkajs';

type Broker = {
  readonly lookupRequest: { readonly name: string };
  readonly isConnected: () => boolean;
  versions: object | null;
  readonly connectionPool: { readonly host: string; readonly port: number };
};

/** The name of kafkajs's own function in its place, until the broker has said which versions it speaks. */
const notAsked = 'notInitializedLookup';

/**
 * kafkajs counts a broker as connected as soon as its socket is open, and only then asks which versions it speaks, for 3 s. Where the
 * answer comes later, as on a machine without a free core, every further request fails with `Broker not connected`, which kafkajs does
 * not repeat: a starting process ended with it. So a broker counts as connected when it has answered.
 */
export const connectedWhenAnswered = (isConnected: (this: Broker) => boolean) =>
  function isAnswered(this: Broker): boolean {
    return this.lookupRequest.name !== notAsked && isConnected.call(this);
  };

/** How kafkajs names a connection that opened and then gave no answer. */
const unanswered = new Set(['KafkaJSConnectionClosedError', 'KafkaJSRequestTimeoutError']);

/**
 * kafkajs turns to another broker only from one that refuses the connection. Where a proxy accepts it for a dead broker, or the broker
 * hangs, it asks the same one for ever, or crashes the consumer ten times a second. So each connection begins with the question which
 * versions the broker speaks, also where they are known, and one that is closed or silent before the answer counts as refused.
 */
export const refusedWhenUnanswered = (connect: (this: Broker) => Promise<void>) =>
  async function connecting(this: Broker): Promise<void> {
    const { versions } = this;
    if (!this.isConnected()) this.versions = null;
    try {
      await connect.call(this);
    } catch (error) {
      if (!(error instanceof Error && unanswered.has(error.name))) throw error;
      const broker = `${this.connectionPool.host}:${this.connectionPool.port}`;
      throw new kafkajs.KafkaJSConnectionError(error.message, { broker, code: 'ECONNREFUSED' });
    } finally {
      // Another caller may have connected it meanwhile.
      this.versions ??= versions;
    }
  };
