import { readLag } from '../../../src/adapters/kafka/admin/lag.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import { silentLog } from '../../../src/composition/silent-log.ts';
import { pause } from '../pause.ts';
import { ordersUnderWay } from '../quiet.ts';
import { nextReplicas } from './autoscaler.ts';
import type { Buyers } from './buyers.ts';
import type { Payers } from './payers.ts';
import { type Look, lookLine, type Plan } from './plan.ts';
import type { Scene } from './scene.ts';

/** KEDA asks every 30 s and pods leave 300 s after the lag, one a minute; both are shortened, the formula is not. */
const everyMs = 2_000;
const stabilizationLooks = 45;
/** A drain of 20,000 on a busy machine, at a tenth of the speed that was measured. */
const drainMsMax = 3_600_000;

/** What the first orders ask for. */
const podsAtFirst = 3;

/** From one pod to as many as the lag asks for, and back to the least, until nothing moves. */
export async function drain(
  { system, brokers, mongo, consumers }: Scene,
  { scaled, ...orders }: Plan,
  { buyers, payers }: { readonly buyers: Buyers; readonly payers: Payers },
): Promise<readonly Look[]> {
  const client = { brokers: brokers.split(','), clientId: 'scaling', log: silentLog, clock: systemClock };
  const looks: Look[] = [];
  let { rest, late } = orders;
  let ordered = 0;
  const buy = async (count: number): Promise<void> => {
    await buyers.buy(count);
    ordered += count;
  };
  const buyLate = async (count: number): Promise<void> => {
    if (count === 0) return;
    late -= count;
    await Promise.all([buy(count), payers.pay()]);
  };
  const moving = async (): Promise<readonly string[]> => {
    const unheard = await payers.underWay();
    const rest = await ordersUnderWay(mongo.db, buyers.history);
    return unheard === 0 ? rest : [...rest, `${unheard} payments that were not heard of`];
  };
  await buy(orders.first);
  consumers.scale(1);
  await consumers.settled();
  const startedMs = performance.now();
  for (;;) {
    const ms = performance.now() - startedMs;
    // KEDA keeps the last answer as well where Kafka gives none.
    const [read] = await readLag(client, [scaled]).catch(() => []);
    const lag = read?.messages ?? looks.at(-1)?.lag ?? 0;
    const lags = [...looks.slice(1 - stabilizationLooks).map((look) => look.lag), lag];
    const from = consumers.replicas();
    const to = nextReplicas(scaled, from, lags);
    const look = { seconds: Math.round(ms / 1_000), ordered, lag, running: consumers.running(), from, to };
    looks.push(look);
    system.say(lookLine(look));
    const leaving = to < from ? Math.min(late, Math.ceil(orders.late / scaled.max)) : 0;
    consumers.scale(to);
    await buyLate(leaving);
    if (to >= Math.min(podsAtFirst, scaled.max) && rest > 0) {
      await consumers.settled();
      consumers.scale(0);
      await consumers.settled();
      await buy(rest);
      consumers.scale(to);
      rest = 0;
    } else if (rest === 0 && to === scaled.min && lag === 0) {
      await consumers.settled();
      if (late > 0) await buyLate(late);
      else if ((await moving()).length === 0) return looks;
    }
    if (ms > drainMsMax) throw new Error(`It did not come to rest: ${(await moving()).join(', ')}`);
    await pause(everyMs, system.signal);
  }
}
