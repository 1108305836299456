import { isDeepStrictEqual } from 'node:util';
import { handleCommand } from '../../../src/application/handlers/handle-command.ts';
import type { SubscriberSave } from '../../../src/application/ports/subscriber-store.ts';
import { type Preview, previewCommand } from '../../../src/application/requests/preview-command.ts';
import { type NextCharge, nextChargeOf } from '../../../src/application/requests/next-charge-of.ts';
import { plainInputs, readAccount } from '../../../src/application/requests/read-account.ts';
import type { CoreServices } from '../../../src/application/services/core-services.ts';
import type { CommandInput } from '../../../src/domain/commands/index.ts';
import type { Money } from '../../../src/domain/model/money.ts';
import type { Policy } from '../../../src/domain/model/policy.ts';
import { plannedEnd } from '../../../src/domain/subscription/planned-end.ts';
import { actorOf, drawInput, subscriberCommands } from '../../support/commands.ts';
import { readMessage } from '../../support/read-message.ts';
import type { StoreDocument } from '../../fakes/store-document.ts';
import type { Database } from '../world/database.ts';
import { clearIn, withSeals } from '../world/key-rings.ts';
import { tariffs } from '../world/open-services.ts';
import type { Random } from '../world/random.ts';
import { shownTerms } from '../world/frontend.ts';
import type { World } from '../world/world.ts';
import type { Sampled } from './sample-document.ts';

/** The save has happened, and nothing after it is to happen. */
class Ended extends Error {}

/** The real services of a process over one document, with a clock that stands. The first save is kept, and ends the work. */
function openFrozen(
  services: CoreServices & { readonly testClocks: null },
  database: Database,
  { document, at }: Sampled,
) {
  const saves: SubscriberSave[] = [];
  const frozen = {
    ...services,
    clock: { ...services.clock, now: () => at, monotonicMs: () => 0 },
    store: {
      ...services.store,
      load: () => Promise.resolve({ ...document, outbox: [] }),
      save: (save: SubscriberSave) => {
        saves.push(save);
        return Promise.reject(new Ended('saved'));
      },
    },
    past: database.readModels.decisions,
    provider: { ...services.provider, acquireSlot: () => ({ release: () => undefined }) },
  };
  return { frozen, saves };
}

type Outcome = Pick<Preview, 'refusedBecause' | 'charge' | 'binds' | 'refunds' | 'facts' | 'endsAt'> & {
  readonly nextCharge: Pick<NextCharge, 'at' | 'amount'> | null;
};

const planned = (next: NextCharge | null): Outcome['nextCharge'] =>
  next === null ? null : { at: next.at, amount: next.amount };

/** The money that a frozen request names. */
function moneyIn({ request }: { readonly request: string }): Money {
  const { body } = JSON.parse(clearIn(request)) as { readonly body: string };
  const { amount } = JSON.parse(body) as { readonly amount: { readonly value: string; readonly currency: string } };
  return { amountMinor: Math.round(Number(amount.value) * 100), currency: amount.currency };
}

const commandId = 'previewed';

/** What a save of the command came to, read from what it stores, publishes and sends. */
function outcomeOf(before: StoreDocument, save: SubscriberSave, policy: Policy): Outcome {
  const { subscriber } = save;
  const entry = subscriber.commands.find(({ id }) => id === commandId);
  const outcome = entry?.outcome ?? null;
  const { payment } = subscriber;
  const known = new Set([before.subscriber.payment?.id, ...before.subscriber.refunds.map(({ id }) => id)]);
  const isNew = payment !== null && !known.has(payment.id);
  return {
    refusedBecause: outcome?.kind === 'rejected' ? outcome.reason : null,
    charge: isNew ? { amount: moneyIn(payment.send), by: payment.methodId === null ? 'page' : 'method' } : null,
    binds: entry?.bindingId === undefined ? null : (subscriber.binding?.methodType ?? null),
    refunds: subscriber.refunds
      .filter(({ id }) => !known.has(id))
      .map(({ paymentId, send }) => ({ paymentId, amount: moneyIn(send) })),
    facts: (save.entry?.messages ?? []).flatMap((message) => {
      const carried = readMessage(message);
      return carried.kind === 'fact' ? [carried.event.type] : [];
    }),
    endsAt: plannedEnd(subscriber.subscription),
    nextCharge: planned(nextChargeOf(subscriber, policy)),
  };
}

/** Carries the command out on the document, down to its save. */
async function carryOut(
  { frozen, saves }: ReturnType<typeof openFrozen>,
  { document, at }: Sampled,
  input: CommandInput,
): Promise<Outcome> {
  const actor = actorOf(input.type, input.userId);
  const command = { ...input, commandId, actor, acceptedAt: at, bodyHash: '', notAfter: null };
  const trace = { correlationId: commandId, causationId: null };
  try {
    await handleCommand(frozen, command, trace);
  } catch (error) {
    if (!(error instanceof Ended)) throw error;
  }
  const [save] = saves;
  if (save === undefined) throw new Error(`${input.type} was not saved`);
  return outcomeOf(document, save, frozen.policy);
}

/** 33: what a preview says of a command is what the command comes to at the same instant, and so says the account. */
export async function checkPreviews(
  world: World,
  seen: { readonly services: CoreServices; readonly database: Database; readonly random: Random },
  sampled: Sampled,
): Promise<void> {
  const { services, database, random } = seen;
  const open = () => openFrozen({ ...services, testClocks: null }, database, sampled);
  const { subscriber } = sampled.document;
  const { userId, methods } = subscriber;
  const compare = (about: string, input: CommandInput, told: object, outcome: object): void => {
    if (!isDeepStrictEqual(told, outcome))
      world.breach('33: what is said beforehand is what happens', userId, { about, input, told, outcome });
  };
  const tariffOf = (wanted: string) => Object.values(tariffs).find(({ id }) => id === wanted) ?? null;
  const known = {
    tariffId: () => random.pick([tariffs.day, tariffs.month, tariffs.quarter, tariffs.year]).id,
    methodId: () => methods[random.integer(0, methods.length)]?.id ?? 'none',
    toResolve: () => null,
    toRefund: () => null,
    toPayBack: () => null,
    shown: (wanted: string | null) => shownTerms(wanted, { subscriber, tariffOf, now: sampled.at, random }),
  };
  for (const type of subscriberCommands) {
    const input = withSeals(drawInput(type, userId, { random, ...known }), services.cipher);
    const { nextCharge, ...told } = await previewCommand(open().frozen, input);
    compare('a preview', input, { ...told, nextCharge: planned(nextCharge) }, await carryOut(open(), sampled, input));
  }
  const { actions } = await readAccount(open().frozen, userId, () => undefined);
  const inputs = await plainInputs(subscriber, services.catalogue);
  for (const [index, input] of inputs.entries()) {
    const { refusedBecause } = await carryOut(open(), sampled, withSeals(input, services.cipher));
    compare('the account', input, actions[index] ?? {}, { command: input.type, refusedBecause });
  }
}
