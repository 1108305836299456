import { type CommandInput, type CommandType, commands } from '../../domain/commands/index.ts';
import type { Binding } from '../../domain/model/binding.ts';
import type { RejectionReason } from '../../domain/model/command.ts';
import type { Instant } from '../../domain/model/instant.ts';
import type { Payment } from '../../domain/model/payment.ts';
import { showsPage } from '../../domain/model/payment-states.ts';
import type { ReceiptContact } from '../../domain/model/receipt-contact.ts';
import type { Entitlement, Subscriber } from '../../domain/model/subscriber.ts';
import type { Subscription } from '../../domain/model/subscription.ts';
import { entitlementOf } from '../../domain/subscription/access.ts';
import { takesContact } from '../../domain/subscription/receipt-contact.ts';
import { linkedMethods } from '../../domain/subscription/usable-method.ts';
import type { Catalogue, CatalogueTariff } from '../ports/catalogue.ts';
import { lookUp } from '../services/look-up.ts';
import { type NextCharge, nextChargeOf } from './next-charge-of.ts';
import { type PendingCancel, pendingCancelOf } from './pending-cancel.ts';
import { previewOn, type PreviewServices, readForPreview } from './preview-command.ts';
import { defaultOf, type ShownMethod, shownMethods } from './read-methods.ts';
import { listedOf } from './read-profile.ts';

type ReadForPreview = Awaited<ReturnType<typeof readForPreview>>;

/** Whether a command would be carried out now. */
export type Action = { readonly command: CommandType; readonly refusedBecause: RejectionReason | null };

/** All that a subscriber may want to know of what they have, in one view. */
export type Account = {
  /** Of the subscriber's clock. */
  readonly now: Instant;
  readonly subscription: Subscription | null;
  /** Its tariff in the catalogue today; null when it is not sold any more. */
  readonly listed: CatalogueTariff | null;
  readonly access: Entitlement;
  readonly nextCharge: NextCharge | null;
  readonly pendingCancel: PendingCancel | null;
  /** The page that is open and can still be paid. */
  readonly openPage: Payment | null;
  /** The page on which a method can still be confirmed. */
  readonly openBinding: Binding | null;
  readonly methods: readonly ShownMethod[];
  readonly refunds: Subscriber['refunds'];
  /** Where receipts are sent, masked. */
  readonly receiptContact: (Pick<ReceiptContact, 'kind' | 'masked'> & { readonly usable: boolean }) | null;
  /** To which kinds of contact receipts can be sent; null where none are made here. */
  readonly receiptContactKinds: readonly ReceiptContact['kind'][] | null;
  readonly actions: readonly Action[];
};

/** Each command as this subscriber would give it without a further choice. */
export async function plainInputs(
  subscriber: Subscriber,
  { listTariffs, listPaySystems }: Catalogue,
): Promise<readonly CommandInput[]> {
  const { userId, subscription } = subscriber;
  const [tariffs, paySystems] = await Promise.all([listTariffs(), listPaySystems()]);
  const offer = {
    tariffId: subscription?.tariff.id ?? tariffs[0]?.id ?? '',
    paySystem: subscription?.paySystem ?? paySystems[0]?.alias ?? '',
    methodId: defaultOf(subscriber) ?? linkedMethods(subscriber)[0]?.id ?? 'none',
  };
  return Object.entries(commands).flatMap(([type, { plainly }]) =>
    plainly === null ? [] : [{ userId, type, ...plainly(offer) } as CommandInput],
  );
}

/** What each command would come to. */
async function previewsOf(services: PreviewServices, { subscriber, context }: ReadForPreview) {
  const asked = await plainInputs(subscriber, services.catalogue);
  // The terms are shown once the subscriber has chosen.
  const asShown = { ...context, policy: { ...context.policy, termsRequired: false } };
  return Promise.all(
    asked.map(async (input) => ({
      command: input.type,
      ...previewOn(subscriber, input, await lookUp(services, input), asShown),
    })),
  );
}

export async function readAccount(
  services: PreviewServices,
  userId: string,
  onRead: (subscriber: Subscriber) => void,
): Promise<Account> {
  const read = await readForPreview(services, userId);
  const { subscriber, context } = read;
  onRead(subscriber);
  const previews = await previewsOf(services, read);
  const { subscription, payment, binding, refunds, receiptContact } = subscriber;
  return {
    now: context.now,
    subscription,
    listed: subscription === null ? null : await listedOf(services.catalogue, subscription),
    access: entitlementOf(subscription, context.now, context.policy),
    nextCharge: nextChargeOf(subscriber, context.policy),
    pendingCancel: pendingCancelOf(
      subscriber,
      previews.find(({ command }) => command === 'subscription.uncancel'),
      context,
    ),
    openPage: payment !== null && showsPage(payment) ? payment : null,
    openBinding: binding !== null && showsPage(binding) ? binding : null,
    methods: shownMethods(subscriber),
    refunds,
    receiptContact: receiptContact && { ...receiptContact, usable: takesContact(receiptContact, context.policy) },
    receiptContactKinds: context.policy.receipts?.contactKinds ?? null,
    actions: previews.map(({ command, refusedBecause }) => ({ command, refusedBecause })),
  };
}
