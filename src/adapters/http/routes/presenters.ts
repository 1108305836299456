import { toIso, toIsoOrNull } from '../../../domain/model/instant.ts';
import type { Entitlement } from '../../../domain/model/subscriber.ts';
import type { Subscription } from '../../../domain/model/subscription.ts';
import { isPastDue } from '../../../domain/model/subscription-questions.ts';
import { renews } from '../../../domain/subscription/renews.ts';
import type { Limits, Tariff } from '../../../domain/model/tariff.ts';
import type { AuditEntry } from '../../../application/ports/audit.ts';
import type { CatalogueTariff, PaySystem } from '../../../application/ports/catalogue.ts';
import type { TestClock } from '../../../application/ports/test-clocks.ts';
import type { StoredForStaff } from '../../../application/requests/read-stored-subscriber.ts';
import type { WorkItem } from '../../../application/ports/work-list.ts';
import type { Due } from '../../../domain/timers/index.ts';
import type { Profile } from '../../../application/requests/read-profile.ts';

/** Domain values → the JSON of openapi.yaml. No answer has a field that is not listed here. */
type Json = Readonly<Record<string, unknown>>;

/** Absent where the tariff has none: a client that knows no limits sees what it always saw. */
function limitsJson(limits: Limits | undefined): Json {
  if (limits === undefined) return {};
  const { streams, devices, profiles, maxHeight } = limits;
  return { limits: { streams, devices, profiles, max_height: maxHeight } };
}

/** The tariff as bought, with what only the catalogue knows; `listed` is null when it is not sold any more. */
export function presentPinnedTariff(tariff: Tariff, listed: CatalogueTariff | null): Json {
  return {
    id: tariff.id,
    created_at: toIsoOrNull(listed?.createdAt ?? null),
    updated_at: toIsoOrNull(listed?.updatedAt ?? null),
    name: tariff.name,
    alias: tariff.alias,
    // The v1 API that existing clients use has a number of roubles here; clients calculate with the integer.
    cost: tariff.price.amountMinor / 100,
    cost_minor: tariff.price.amountMinor,
    currency: tariff.price.currency,
    period: tariff.period.count,
    period_unit: tariff.period.unit,
    features: tariff.features,
    ...limitsJson(tariff.limits),
    json_sale: listed?.sale ?? {},
  };
}

export const presentTariff = (tariff: CatalogueTariff): Json => presentPinnedTariff(tariff, tariff);

export const presentPaySystem = (paySystem: PaySystem): Json => ({
  id: paySystem.id,
  name: paySystem.name,
  alias: paySystem.alias,
  currency_code: paySystem.currencyCode,
  json_data: paySystem.data,
});

/** Where a QR code was asked for: what it is drawn of. */
export const qrJson = (address: string | null, { confirmation }: { readonly confirmation?: 'qr' }): Json =>
  confirmation === 'qr' ? { qr_data: address } : {};

/** Why it ended, or why its last charge was declined. */
export function reasonOf(subscription: Subscription): string | null {
  if ('cause' in subscription) return subscription.cause;
  return isPastDue(subscription) ? subscription.dunning.lastReason : null;
}

export const presentProfile = ({ userId, subscription, listed }: Profile): Json => ({
  id: subscription.id,
  tariff: presentPinnedTariff(subscription.tariff, listed),
  user_id: userId,
  period_start: toIso(subscription.term.periodStart),
  period_end: toIso(subscription.term.periodEnd),
  renew: renews(subscription),
  status: subscription.status,
  reason: reasonOf(subscription),
});

export const presentEntitlement = (entitlement: Entitlement): Json => ({
  active: entitlement.active,
  valid_until: toIsoOrNull(entitlement.validUntil),
  grace_until: toIsoOrNull(entitlement.graceUntil),
  tariff: entitlement.tariffAlias,
  features: entitlement.features,
  ...limitsJson(entitlement.limits),
  role: entitlement.active ? entitlement.role : null,
});

export const presentTestClock = (clock: TestClock): Json => ({
  id: clock.id,
  name: clock.name,
  now: toIso(clock.now),
  target: toIso(clock.target),
  status: clock.status,
});

export const presentAuditEntry = (entry: AuditEntry, comment: string | null): Json => ({
  id: entry.id,
  at: toIso(entry.at),
  actor: entry.actor,
  action: entry.action,
  subject: entry.subject,
  user_id: entry.userId,
  before: entry.before,
  after: entry.after,
  reason: entry.reason,
  comment,
  request_id: entry.requestId,
});

const dueJson = (due: Due | null): Json | null => due && { at: toIso(due.at), timer: due.timer.type };

export const presentStored = (stored: StoredForStaff): Json => ({
  user_id: stored.userId,
  version: stored.version,
  state: stored.state,
  next_due: { business: dueJson(stored.nextDue.business), real: dueJson(stored.nextDue.real) },
  outbox_length: stored.outboxLength,
  is_blocked: stored.isBlocked,
});

export const presentWork = ({ userId, kind, id, since }: WorkItem): Json => ({
  ...{ user_id: userId, kind, id, since: toIso(since) },
});
