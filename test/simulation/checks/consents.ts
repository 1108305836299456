import type { AgreedTerms, Consent } from '../../../src/domain/model/consent.ts';
import type { LiveSubscription, Subscription } from '../../../src/domain/model/subscription.ts';
import type { World } from '../world/world.ts';
import type { Saved } from './saved.ts';

/** What a client has sent with a command, as it lies in the log. */
export type GivenTerms = { readonly terms?: unknown };

const liveOf = (subscription: Subscription | null | undefined): LiveSubscription | null =>
  subscription?.status === 'active' || subscription?.status === 'past_due' ? subscription : null;

/** The terms as the log has them. */
const inLog = ({ version, locale, shown }: AgreedTerms): string =>
  JSON.stringify([
    ...[version, locale, shown.firstAmount.amountMinor, shown.thenAmount.amountMinor],
    ...[new Date(shown.firstChargeAt).toISOString(), shown.period.count, shown.period.unit],
  ]);

function sentText(terms: unknown): string | null {
  if (terms == null) return null;
  const { version, locale, shown } = terms as { version: string; locale: string; shown: AgreedTerms['shown'] };
  return JSON.stringify([
    ...[version, locale, shown.firstAmount.amountMinor, shown.thenAmount.amountMinor],
    ...[shown.firstChargeAt, shown.period.count, shown.period.unit],
  ]);
}

/** 32: a consent is what the subscriber has sent, and says what is charged. */
function checkConsent(
  world: World,
  userId: string,
  { consent, live }: { readonly consent: Consent; readonly live: LiveSubscription },
  commands: ReadonlyMap<string, GivenTerms>,
): void {
  const { price, period } = live.tariff;
  const { thenAmount, period: shown } = consent.shown;
  const isAgreed =
    thenAmount.amountMinor === price.amountMinor && shown.count === period.count && shown.unit === period.unit;
  if (!isAgreed) world.breach('32: a consent says what is charged', userId, { consent, price, period });
  if (sentText(commands.get(consent.id)?.terms) !== inLog(consent))
    world.breach('32: a consent is what the subscriber has sent', userId, consent);
  if (!live.autoRenew || live.cancelAtPeriodEnd)
    world.breach('32: a consent ends with the renewal', userId, { consent, status: live.status });
}

/** 32: the consent of a renewing subscription is kept, and each of its charges names it. */
export function checkConsents(
  { world, userId, before, after }: Saved,
  commands: ReadonlyMap<string, GivenTerms>,
): void {
  const live = liveOf(after.subscription);
  const consent = live?.consent ?? null;
  if (live !== null && consent !== null) {
    world.visit('command', 'consent kept');
    checkConsent(world, userId, { consent, live }, commands);
  }
  const earlier = liveOf(before?.subscription);
  const renewsStill = live !== null && live.id === earlier?.id && live.autoRenew && !live.cancelAtPeriodEnd;
  if (renewsStill && earlier.consent != null && earlier.autoRenew && !earlier.cancelAtPeriodEnd && consent === null)
    world.breach('32: a consent is not lost', userId, earlier.consent);
  const isNew = before?.payment?.id !== after.payment?.id;
  if (isNew && after.payment?.kind === 'charge' && after.payment.consent?.id !== consent?.id)
    world.breach('32: a charge names the consent of its subscription', userId, after.payment);
  const page = before?.payment?.kind === 'checkout' ? before.payment : null;
  const isPaid = page !== null && live?.methodId != null && earlier?.methodId !== live.methodId && live.autoRenew;
  const isBought = isPaid && after.payment === null && live.id === page.subscriptionId && page.saveMethod;
  if (isBought && page.consent !== undefined && consent?.id !== page.consent.id)
    world.breach('32: the payment of a page brings its consent', userId, page.consent);
}
