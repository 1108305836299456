import { isDeepStrictEqual } from 'node:util';
import { handleCommand } from '../../../src/application/handlers/handle-command.ts';
import type { SubscriberSave } from '../../../src/application/ports/subscriber-store.ts';
import { type Preview, previewCommand } from '../../../src/application/requests/preview-command.ts';
import { type NextCharge, nextChargeOf } from '../../../src/application/requests/next-charge-of.ts';
import { plainInputs, readAccount } from '../../../src/application/requests/read-account.ts';
import type { CoreServices } from '../../../src/application/services/core-services.ts';
import type { CommandInput } from '../../../src/domain/commands/index.ts';
import { describePurchase } from '../../../src/domain/model/describe.ts';
import type { Instant } from '../../../src/domain/model/instant.ts';
import type { Money } from '../../../src/domain/model/money.ts';
import type { NoticeKind } from '../../../src/domain/model/notice.ts';
import type { Policy } from '../../../src/domain/model/policy.ts';
import { plannedEnd } from '../../../src/domain/subscription/planned-end.ts';
import { actorOf, drawInput, subscriberCommands } from '../../support/commands.ts';
import { readMessage, type SeenFact } from '../../support/read-message.ts';
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

type Outcome = Omit<Preview, 'charge' | 'nextCharge'> & {
  readonly charge: (Pick<NonNullable<Preview['charge']>, 'amount' | 'by'> & { readonly line: string }) | null;
  readonly nextCharge: Pick<NextCharge, 'at' | 'amount'> | null;
};

/** What a preview says, with the line of the charge as its subscriber reads it. */
const said = ({ charge, nextCharge, ...rest }: Preview): Outcome => ({
  ...rest,
  charge: charge === null ? null : { amount: charge.amount, by: charge.by, line: describePurchase(charge.tariff) },
  nextCharge: planned(nextCharge),
});

const planned = (next: NextCharge | null): Outcome['nextCharge'] =>
  next === null ? null : { at: next.at, amount: next.amount };

type Requested = {
  readonly amount: { readonly value: string; readonly currency: string };
  readonly description: string;
};

function bodyOf({ request }: { readonly request: string }): Requested {
  const { body } = JSON.parse(clearIn(request)) as { readonly body: string };
  return JSON.parse(body) as Requested;
}

/** The money that a frozen request names. */
function moneyIn(send: { readonly request: string }): Money {
  const { value, currency } = bodyOf(send).amount;
  return { amountMinor: Math.round(Number(value) * 100), currency };
}

const instantOf = (text: unknown): Instant => Date.parse(String(text));

/** The notices among what is published. */
const noticesIn = (facts: readonly SeenFact[]): Outcome['notices'] =>
  facts.flatMap(({ type, chargeAt, endsAt, amount = null }) => {
    const [about, kind] = type.split('.');
    if (about !== 'notice' || kind === 'skipped') return [];
    return [{ kind: kind as NoticeKind, at: instantOf(chargeAt ?? endsAt), amount: amount as Money | null }];
  });

/** When a completed command is in effect: a cancel says so itself, unless it has been there before. */
function effectOf(facts: readonly SeenFact[], { type }: CommandInput, endsAt: Instant | null, at: Instant): Instant {
  const scheduled = facts.find((fact) => fact.type === 'subscription.cancel_scheduled');
  if (scheduled !== undefined) return instantOf(scheduled['effectiveAt']);
  return (type === 'subscription.cancel' ? endsAt : null) ?? at;
}

const commandId = 'previewed';

/** What a save of the command came to, read from what it stores, publishes and sends. */
function outcomeOf(
  { document, at }: Sampled,
  save: SubscriberSave,
  asked: { readonly input: CommandInput; readonly policy: Policy },
): Outcome {
  const { subscriber } = save;
  const entry = subscriber.commands.find(({ id }) => id === commandId);
  const outcome = entry?.outcome ?? null;
  const { payment } = subscriber;
  const known = new Set([document.subscriber.payment?.id, ...document.subscriber.refunds.map(({ id }) => id)]);
  const isNew = payment !== null && !known.has(payment.id);
  const by = payment?.methodId === null ? 'page' : 'method';
  const facts = (save.entry?.messages ?? []).flatMap((message) => {
    const carried = readMessage(message);
    return carried.kind === 'fact' ? [carried.event] : [];
  });
  const endsAt = plannedEnd(subscriber.subscription);
  return {
    refusedBecause: outcome?.kind === 'rejected' ? outcome.reason : null,
    charge: isNew ? { amount: moneyIn(payment.send), by, line: bodyOf(payment.send).description } : null,
    binds: entry?.bindingId === undefined ? null : (subscriber.binding?.methodType ?? null),
    refunds: subscriber.refunds
      .filter(({ id }) => !known.has(id))
      .map(({ paymentId, send }) => ({ paymentId, amount: moneyIn(send) })),
    facts: facts.map(({ type }) => type),
    notices: noticesIn(facts),
    endsAt,
    effectiveAt: outcome?.kind === 'completed' ? effectOf(facts, asked.input, endsAt, at) : null,
    nextCharge: planned(nextChargeOf(subscriber, asked.policy)),
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
  return outcomeOf({ document, at }, save, { input, policy: frozen.policy });
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
  const listed = [tariffs.day, tariffs.week, tariffs.month, tariffs.quarter, tariffs.year] as const;
  const known = {
    tariffId: () => random.pick(listed).id,
    methodId: () => methods[random.integer(0, methods.length)]?.id ?? 'none',
    toResolve: () => null,
    toRefund: () => null,
    toPayBack: () => null,
    shown: (wanted: string | null) => shownTerms(wanted, { subscriber, tariffOf, now: sampled.at, random }),
  };
  for (const type of subscriberCommands) {
    const input = withSeals(drawInput(type, userId, { random, ...known }), services.cipher);
    const told = said(await previewCommand(open().frozen, input));
    compare('a preview', input, told, await carryOut(open(), sampled, input));
  }
  const { actions } = await readAccount(open().frozen, userId, () => undefined);
  const inputs = await plainInputs(subscriber, services.catalogue);
  for (const [index, input] of inputs.entries()) {
    const { refusedBecause } = await carryOut(open(), sampled, withSeals(input, services.cipher));
    compare('the account', input, actions[index] ?? {}, { command: input.type, refusedBecause });
  }
}
