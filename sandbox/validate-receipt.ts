import type { Shop } from './config.ts';
import { refusal } from './errors.ts';
import { isObject, shopCurrency } from './fields.ts';
import { formatAmount, parseMinor } from './money.ts';
import type { JsonObject, ReceiptOrder } from './types.ts';

const itemsMax = 80;
const descriptionLength = 128;
const emailLength = 254;
const vatCodeMax = 12;
const taxSystemMax = 6;
const quantityMax = 99_999.999;
const subjects =
  'commodity excise job service gambling_bet gambling_prize lottery lottery_prize intellectual_activity payment agent_commission property_right non_operating_gain insurance_premium sales_tax resort_fee composite another fine tax lien cost pension_insurance_without_payouts pension_insurance_with_payouts health_insurance_without_payouts health_insurance_with_payouts health_insurance casino agent_withdrawals non_marked_excise marked_excise marked non_marked'.split(
    ' ',
  );
const modes = 'full_prepayment partial_prepayment advance full_payment partial_payment credit credit_payment'.split(
  ' ',
);
const measures =
  'piece gram kilogram ton centimeter decimeter meter square_centimeter square_decimeter square_meter milliliter liter cubic_meter kilowatt_hour gigacalorie day hour minute second kilobyte megabyte gigabyte terabyte another'.split(
    ' ',
  );

const isWhole = (value: unknown, most: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most;

function hasContact(customer: unknown, { receipts }: Shop): boolean {
  if (!isObject(customer)) return false;
  const { email, phone } = customer;
  if (typeof email === 'string') return email.length <= emailLength && /^[^@\s]+@[^@\s]+$/.test(email);
  return receipts === 'email_or_phone' && typeof phone === 'string' && /^\d{4,15}$/.test(phone);
}

const isOneOf = (value: unknown, allowed: readonly string[]): boolean =>
  typeof value === 'string' && allowed.includes(value);

/** Receipts of the provider's own demand the measure, and other registers may do without. The API demands no subject or mode. */
function isSold(item: JsonObject, { receipts }: Shop): boolean {
  const { description, measure, payment_subject: subject, payment_mode: mode } = item;
  const isNamed = typeof description === 'string' && description !== '' && description.length <= descriptionLength;
  const isMeasured = isOneOf(measure, measures) || (measure === undefined && receipts === 'email_or_phone');
  const isOfKind =
    (subject === undefined || isOneOf(subject, subjects)) && (mode === undefined || isOneOf(mode, modes));
  return isNamed && isMeasured && isOfKind;
}

/** The sum of an item; null where the item is wrong. The provider's examples have the quantity as a text, too. */
function sumOf(item: unknown, shop: Shop): number | null {
  if (!isObject(item) || !isSold(item, shop) || !isWhole(item['vat_code'], vatCodeMax)) return null;
  const { amount, quantity } = item;
  const count = Number(quantity);
  const unitMinor = isObject(amount) && amount['currency'] === shopCurrency ? parseMinor(amount['value']) : null;
  return unitMinor === null || quantity === '' || !(count > 0 && count <= quantityMax)
    ? null
    : Math.round(unitMinor * count);
}

/** What a receipt shows of an item, and the provider passes on to the register. */
const shownNames = [
  ...['description', 'quantity', 'amount', 'vat_code', 'measure', 'mark_quantity', 'payment_subject', 'payment_mode'],
  ...['country_of_origin_code', 'customs_declaration_number', 'excise', 'product_code', 'planned_status'],
  ...['mark_code_info', 'mark_mode', 'payment_subject_industry_details'],
];

/** An item as a receipt shows it: a number for the quantity and two decimals for the amount, however they were sent. */
function shownItem(item: JsonObject): JsonObject {
  const known = Object.fromEntries(Object.entries(item).filter(([name]) => shownNames.includes(name)));
  const { amount, quantity } = item;
  const minor = isObject(amount) ? (parseMinor(amount['value']) ?? 0) : 0;
  return { ...known, quantity: Number(quantity), amount: formatAmount(minor, shopCurrency) };
}

/** The receipt that a body asks for; null where the shop makes none here. Refuses one that is missing or wrong. */
export function readReceipt(body: JsonObject, shop: Shop, amountMinor: number): ReceiptOrder | null {
  if (shop.receipts === null) return null;
  const { receipt } = body;
  if (!isObject(receipt) || !hasContact(receipt['customer'], shop)) throw refusal('receiptIllegal');
  const { items, tax_system_code: taxSystemCode = null } = receipt;
  if (!Array.isArray(items) || items.length === 0 || items.length > itemsMax) throw refusal('receiptIllegal');
  if (taxSystemCode !== null && !isWhole(taxSystemCode, taxSystemMax)) throw refusal('receiptIllegal');
  const sums = items.map((item) => sumOf(item, shop));
  if (sums.includes(null) || sums.reduce<number>((sum, one) => sum + (one ?? 0), 0) !== amountMinor)
    throw refusal('receiptIllegal');
  return { items: items.filter(isObject).map(shownItem), taxSystemCode };
}
