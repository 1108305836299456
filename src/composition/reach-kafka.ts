import { type ClientOptions, createClient } from '../adapters/kafka/client/client.ts';
import { silentLog } from './silent-log.ts';

/** Enough to find a broker that answers where one of three does not. */
const retries = 2;

/** Whether a broker answers now, asked over a connection of its own. */
export async function reachKafka(options: ClientOptions): Promise<boolean> {
  // kafkajs would log each broker that does not answer.
  const admin = createClient({ ...options, log: silentLog }, { retries }).admin();
  try {
    await admin.connect();
    return true;
  } catch {
    return false;
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}
