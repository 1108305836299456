import { type ClientOptions, createClient } from '../adapters/kafka/client/client.ts';

/** Enough to find a broker that answers where one of three does not. */
const retries = 2;

const nothing = (): void => undefined;
/** kafkajs would log each broker that does not answer. */
const silent = { error: nothing, warn: nothing, info: nothing, debug: nothing };

/** Whether a broker answers now, asked over a connection of its own. */
export async function reachKafka(options: ClientOptions): Promise<boolean> {
  const admin = createClient({ ...options, log: silent }, { retries }).admin();
  try {
    await admin.connect();
    return true;
  } catch {
    return false;
  } finally {
    await admin.disconnect().catch(nothing);
  }
}
