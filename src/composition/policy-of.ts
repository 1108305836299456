import { yookassaNumbers } from '../adapters/yookassa/numbers.ts';
import { Fault } from '../application/ports/faults.ts';
import type { Config } from '../config.ts';
import { defaultPolicy, type Policy, policyWith } from '../domain/model/policy.ts';
import type { ReceiptRules } from '../domain/model/receipt.ts';

/** The first instant of a day of the business time zone. */
const dayStart = (day: string, timeZone: string): number =>
  Temporal.PlainDate.from(day).toZonedDateTime(timeZone).epochMilliseconds;

function receiptsOf(config: Config): ReceiptRules | null {
  const { RECEIPTS, RECEIPT_VAT_CODES, RECEIPT_TAX_SYSTEM, RECEIPT_PAYMENT_MODE, BUSINESS_TIME_ZONE } = config;
  if (RECEIPTS === 'off') return null;
  if (RECEIPT_VAT_CODES.length === 0)
    throw new Fault('config_invalid', 'RECEIPT_VAT_CODES must be set, because RECEIPTS are on', { retryable: false });
  return {
    contactKinds: yookassaNumbers.receiptModes[RECEIPTS],
    taxSystem: RECEIPT_TAX_SYSTEM,
    paymentMode: RECEIPT_PAYMENT_MODE,
    vatCodes: RECEIPT_VAT_CODES.map(({ from, code }) => ({
      from: from === null ? -Infinity : dayStart(from, BUSINESS_TIME_ZONE),
      code,
    })),
  };
}

/** The numbers of the business, with those that are configured and those of the provider. */
export const policyOf = (config: Config): Policy =>
  policyWith(yookassaNumbers, {
    ...defaultPolicy,
    timeZone: config.BUSINESS_TIME_ZONE,
    chargingHours: config.CHARGING_HOURS,
    termsRequired: config.TERMS_REQUIRED,
    receipts: receiptsOf(config),
  });
