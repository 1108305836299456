import type { SubscriberSave } from '../../../src/application/ports/subscriber-store.ts';
import type { Subscriber } from '../../../src/domain/model/subscriber.ts';
import type { Phase } from '../provider/provider-client.ts';
import type { ProviderServer } from '../provider/provider-server.ts';
import type { BackUp } from '../../fakes/back-up.ts';
import type { BlockedStore } from '../world/blocked-store.ts';
import type { Database } from '../world/database.ts';
import type { SimulatedLog } from '../world/message-log.ts';
import type { World } from '../world/world.ts';
import { checkSave } from './after-every-save.ts';
import { backUpWitness } from './go-back.ts';
import { checkPost } from './posts.ts';
import { createOrderCheck } from './command-order.ts';
import { checkChargingHours } from './charging-hours.ts';
import type { GivenComment } from './comments.ts';
import type { GivenTerms } from './consents.ts';
import { createContactCheck } from './contacts.ts';
import { noteAlarms } from './error-lines.ts';
import { checkLeaving } from './leaving.ts';
import { checkLimits, checkWaiting } from './limits.ts';
import { checkPull, checkRecord } from './log-watch.ts';
import { checkOvertaken } from './overtaken.ts';
import { checkNotices } from './notices.ts';
import { countRaces, countUnlink } from './races-seen.ts';
import { checkSize } from './size.ts';
import { checkUnlinked } from './unlinked.ts';
import { checkRevoked, type SeenCommand } from './staff-refunds.ts';
import { createWitness, type Witness } from './witness.ts';

/** `active, charge period:2 #1 unknown (3 sent), 1 watched: payment.unknown`: one line of a story. */
function describeSave(
  { subscription, payment, watched, refunds, binding }: Subscriber,
  version: number,
  save: SubscriberSave,
): string {
  const open =
    payment === null
      ? []
      : [`${payment.kind} ${payment.periodKey} #${payment.attemptNo} ${payment.state} (${payment.send.sends} sent)`];
  const parts = [
    subscription?.status ?? 'no subscription',
    ...(subscription !== null && 'held' in subscription && subscription.held !== null ? ['held'] : []),
    ...open,
    ...(watched.length === 0 ? [] : [`${watched.length} watched`]),
    ...(binding === null ? [] : [`binding ${binding.methodType} ${binding.state} (${binding.send.sends} sent)`]),
    ...refunds.map(({ state, attemptNo }) => `refund #${attemptNo} ${state}`),
  ];
  const published = (save.entry?.messages ?? []).map(({ headers }) =>
    headers['ce_type']?.slice('cinema.billing.'.length, -3),
  );
  return `save ${version} [${parts.join(', ')}] ${published.join(', ')}`;
}

const unlinkType = 'cinema.billing.payment_method.unlink.v1';

/** Observes the database, the log and the provider. The witness knows only what it sees there. */
export function observe(
  world: World,
  seen: {
    readonly database: Database;
    readonly log: SimulatedLog;
    readonly server: ProviderServer;
    readonly blocked: BlockedStore;
    readonly phaseOf: (key: string) => Phase | null;
  },
): { readonly witness: Witness; readonly backUp: BackUp } {
  const { database, log, server, blocked, phaseOf } = seen;
  const order = createOrderCheck(world, blocked);
  const contacts = createContactCheck(world);
  const witness = createWitness();
  const commands = new Map<string, SeenCommand & GivenTerms & GivenComment>();
  server.onPost((post) => checkPost(world, witness, post));
  log.onAppend((record) => {
    checkRecord(world, witness, record);
    order.noteRecord(record);
    contacts.noteRecord(record);
    const document = database.documents.get(record.key);
    if (record.headers['ce_type'] === unlinkType && document !== undefined)
      countUnlink(world, document.subscriber, record.value?.['methodId'], phaseOf);
    const { commandId, mode, revokeAccess, paymentId, terms, comment } = record.value ?? {};
    if (typeof commandId !== 'string') return;
    const seen = commands.get(commandId);
    const comments = [...(seen?.comments ?? []), ...(typeof comment === 'string' ? [comment] : [])];
    const revoked = revokeAccess === true ? { revokes: String(paymentId) } : {};
    commands.set(commandId, { ...(seen ?? { ...(typeof mode === 'string' ? { mode } : revoked), terms }), comments });
  });
  database.watch({
    onSave: (before, after, save) => {
      const { subscriber, version } = after;
      world.story.add(subscriber.userId, describeSave(subscriber, version, save));
      checkSave(
        world,
        { ...{ witness, commands }, entries: server.entries, bindings: server.bindings },
        { before, after },
        save,
      );
      checkLimits(world, subscriber);
      checkWaiting(world, subscriber);
      checkSize(world, after);
      contacts.checkSave(save);
      order.checkSave(before?.subscriber ?? null, subscriber);
      checkOvertaken({ world, witness }, blocked, before?.subscriber ?? null, subscriber);
      checkChargingHours({ world, witness }, { before: before?.subscriber ?? null, after: subscriber });
      checkLeaving({ world, witness, entries: server.entries }, subscriber.userId, save);
      const states = { before: before?.subscriber ?? null, after: subscriber };
      checkRevoked({ world, witness, entries: server.entries, userId: subscriber.userId, ...states }, commands);
      checkNotices(world, witness, before?.subscriber ?? null, save);
      if (before !== null)
        countRaces({ world, before: before.subscriber, after: subscriber, save, entries: server.entries });
      checkUnlinked(world, witness, server, { before: before?.subscriber ?? null, after: subscriber, save });
    },
    onLearned: (save) => noteAlarms(witness, save),
    onPull: (before, entryIds) => checkPull(world, witness, before, entryIds),
    onChange: () => undefined,
  });
  world.paymentStateOf.current = (userId) =>
    userId === null ? 'any' : (database.documents.get(userId)?.subscriber.payment?.state ?? 'none');
  const backUp: BackUp = () => {
    const putBack = [backUpWitness(world, witness, database, server), order.backUp()];
    return () => putBack.forEach((put) => put());
  };
  return { witness, backUp };
}
