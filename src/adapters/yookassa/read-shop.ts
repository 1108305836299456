import type { Shop } from '../../application/ports/shop.ts';
import type { HttpResult } from './http-call.ts';
import { isFields, parseJson } from './parse-object.ts';
import { paySystem } from './pay-system.ts';

/** Far more than the provider has. */
const methodsMax = 100;

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '' && value.length <= 64;

/** The answer to `GET /me`; null where it is none. A word about receipts that is missing means that none are made. */
export function shopOf(result: HttpResult): Shop | null {
  if (result.kind === 'failed' || result.status !== 200) return null;
  const value = parseJson(result.body);
  if (!isFields(value)) return null;
  const { account_id: accountId, status, test: isTest, fiscalization, payment_methods: methods } = value;
  if (!isText(accountId) || typeof isTest !== 'boolean') return null;
  if (status !== 'enabled' && status !== 'disabled') return null;
  // The older field is documented as deprecated, and the newer one is absent for some shops.
  const makesReceipts = isFields(fiscalization) ? fiscalization['enabled'] : value['fiscalization_enabled'];
  return {
    ...{ paySystem, accountId, isTest, isEnabled: status === 'enabled', makesReceipts: makesReceipts === true },
    paymentMethods: Array.isArray(methods) ? methods.filter(isText).slice(0, methodsMax) : null,
  };
}
