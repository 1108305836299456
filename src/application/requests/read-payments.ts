import type { Catalogue } from '../ports/catalogue.ts';
import type { HistoryPayment, HistoryPlace, HistoryState, PaymentHistory } from '../ports/history.ts';

export type ReadPaymentsServices = {
  readonly history: PaymentHistory;
  readonly catalogue: Pick<Catalogue, 'listPaySystems'>;
};

/** A payment with display names beside its alias and state. */
export type ShownPayment = HistoryPayment & { readonly paySystemName: string; readonly statusName: string };

/** The status texts of the v1 API that existing clients use, and two of ours for refunds, which it has none for. */
const statusNames: Readonly<Record<HistoryState, string>> = {
  created: 'Платеж создан',
  sending: 'Платёж отправлен платежному провайдеру',
  requires_action: 'Платёж отправлен платежному провайдеру',
  pending: 'Платёж отправлен платежному провайдеру',
  unknown: 'Платёж отправлен платежному провайдеру',
  succeeded: 'Платеж успешно завершён',
  failed: 'Ошибка оплаты',
  aborted: 'Платеж отменён',
  refunding: 'Платеж возвращается',
  refunded: 'Платеж возвращён',
};

type Query = Parameters<PaymentHistory['list']>[0];

export async function readPayments(services: ReadPaymentsServices, query: Query): Promise<readonly ShownPayment[]> {
  const [payments, paySystems] = await Promise.all([services.history.list(query), services.catalogue.listPaySystems()]);
  return payments.map((payment) => ({
    ...payment,
    paySystemName: paySystems.find(({ alias }) => alias === payment.paySystem)?.name ?? payment.paySystem,
    statusName: statusNames[payment.state],
  }));
}

/** Payments from after the place on. `next` is the place of the last one where more follow; null at the end. */
export async function readHistory(
  services: ReadPaymentsServices,
  { limit, ...query }: { readonly userId: string; readonly limit: number; readonly after: HistoryPlace | null },
): Promise<{ readonly payments: readonly ShownPayment[]; readonly next: HistoryPlace | null }> {
  const found = await readPayments(services, { ...query, limit: limit + 1 });
  const payments = found.slice(0, limit);
  const last = payments.at(-1);
  const isMore = found.length > payments.length && last !== undefined;
  return { payments, next: isMore ? { at: last.createdAt, id: last.id } : null };
}
