import { randomUUID } from 'node:crypto';
import { changeSettings, isoTime, readSettings } from './clock.ts';
import { refusal } from './errors.ts';
import { newReceiptId } from './ids.ts';
import { enumFilter, equalFilter, listPage, timeFilter, type Page } from './list.ts';
import type { ApiRequest, Sandbox } from './sandbox.ts';
import type { Receipt, ReceiptOrder, ReceiptRecord, Registration } from './types.ts';

const statuses = ['pending', 'succeeded', 'canceled'];

/** The payment or refund whose receipt it is. */
type Owner = { readonly object: { readonly id: string }; readonly shopId: string; readonly clockId: string | null };

/** Numbers of the kind that a fiscal storage gives. */
const fiscalNumbers = (seq: number, registeredAt: string) => ({
  fiscal_document_number: String(3_986 + seq),
  fiscal_storage_number: '9288000100115785',
  fiscal_attribute: String(2_617_603_921 + seq),
  fiscal_provider_id: randomUUID(),
  registered_at: registeredAt,
});

/** Registers what is due by its clock. */
function settled(sandbox: Sandbox, ownerId: string): ReceiptRecord | undefined {
  const record = sandbox.store.get('receipts', ownerId);
  if (record?.object.status !== 'pending') return record;
  if (sandbox.clocks.nowMs(record.clockId) < record.endsAtMs) return record;
  const numbers = record.end === 'succeeded' ? fiscalNumbers(record.seq, isoTime(record.endsAtMs)) : {};
  const done: ReceiptRecord = { ...record, object: { ...record.object, status: record.end, ...numbers } };
  sandbox.store.put('receipts', ownerId, done);
  return done;
}

/** How far the receipt of a payment or refund has come; undefined where it has none. */
export const registrationOf = (sandbox: Sandbox, ownerId: string): Registration | undefined =>
  settled(sandbox, ownerId)?.object.status;

/** Begins to register the receipt of what has just succeeded. */
export function openReceipt(
  sandbox: Sandbox,
  { object: { id }, shopId, clockId }: Owner,
  order: ReceiptOrder | null,
  about: Pick<Receipt, 'type' | 'payment_id' | 'refund_id'>,
): Registration | undefined {
  if (order === null) return undefined;
  const { receiptDelayMs, nextReceipt } = readSettings(sandbox.store);
  if (nextReceipt !== null) changeSettings(sandbox.store, { nextReceipt: null });
  const nowMs = sandbox.clocks.nowMs(clockId);
  const object: ReceiptRecord['object'] = {
    ...about,
    id: newReceiptId(id),
    status: 'pending',
    created_at: isoTime(nowMs),
    items: order.items,
    tax_system_code: order.taxSystemCode ?? undefined,
  };
  const seq = sandbox.store.nextSeq();
  const end = nextReceipt ?? 'succeeded';
  sandbox.store.put('receipts', id, { seq, shopId, clockId, object, endsAtMs: nowMs + receiptDelayMs, end });
  return registrationOf(sandbox, id);
}

const receiptsOf = (sandbox: Sandbox, shopId: string): ReceiptRecord[] =>
  [...sandbox.store.all('receipts').keys()].flatMap((ownerId) => {
    const record = settled(sandbox, ownerId);
    return record?.shopId === shopId ? [record] : [];
  });

/** The provider filters by the time of a receipt's order, and does not show it. */
const shown = (object: ReceiptRecord['object']): Receipt & { readonly created_at: undefined } => ({
  ...object,
  created_at: undefined,
});

export function listReceipts(sandbox: Sandbox, { shop, query }: ApiRequest): Page<Receipt> {
  const page = listPage(sandbox, receiptsOf(sandbox, shop.id), query, [
    timeFilter<ReceiptRecord['object']>(query, 'created_at', (receipt) => receipt.created_at),
    enumFilter<Receipt>(query, 'status', statuses, (receipt) => receipt.status),
    equalFilter<Receipt>(query, 'payment_id', (receipt) => receipt.payment_id),
    equalFilter<Receipt>(query, 'refund_id', (receipt) => receipt.refund_id),
  ]);
  return { ...page, items: page.items.map(shown) };
}

export function getReceipt(sandbox: Sandbox, { shop, id }: ApiRequest): Receipt {
  const record = receiptsOf(sandbox, shop.id).find(({ object }) => object.id === id);
  if (record === undefined) throw refusal('receiptNotFound');
  return shown(record.object);
}
