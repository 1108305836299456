/** What the provider's answers and our requests to it have in common, in JSON Schema. An object has no field beside those named. */
export const text = (maxLength?: number) => ({ type: 'string', ...(maxLength === undefined ? {} : { maxLength }) });
export const pattern = (source: string) => ({ type: 'string', pattern: source });
export const oneOf = (...values: string[]) => ({ enum: values });
export const object = (required: readonly string[], properties: Readonly<Record<string, unknown>>) => ({
  type: 'object',
  required,
  properties,
  additionalProperties: false,
});

export const id = { type: 'string', minLength: 36, maxLength: 36 };
export const time = pattern('^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$');
export const flag = { type: 'boolean' };
export const amount = object(['value', 'currency'], { value: pattern('^\\d+\\.\\d{2}$'), currency: oneOf('RUB') });
export const metadata = {
  type: 'object',
  maxProperties: 16,
  propertyNames: { maxLength: 32 },
  additionalProperties: { type: ['string', 'null'], maxLength: 512 },
};

/** The kinds of goods, and of their sale, that a receipt can name. */
const subjects =
  'commodity excise job service gambling_bet gambling_prize lottery lottery_prize intellectual_activity payment agent_commission property_right non_operating_gain insurance_premium sales_tax resort_fee composite another fine tax lien cost pension_insurance_without_payouts pension_insurance_with_payouts health_insurance_without_payouts health_insurance_with_payouts health_insurance casino agent_withdrawals non_marked_excise marked_excise marked non_marked';
const measures =
  'piece gram kilogram ton centimeter decimeter meter square_centimeter square_decimeter square_meter milliliter liter cubic_meter kilowatt_hour gigacalorie day hour minute second kilobyte megabyte gigabyte terabyte another';
export const receiptItem = object(['description', 'quantity', 'amount', 'vat_code'], {
  description: { type: 'string', minLength: 1, maxLength: 128 },
  quantity: { type: 'number', exclusiveMinimum: 0, maximum: 99_999.999 },
  amount,
  vat_code: { type: 'integer', minimum: 1, maximum: 12 },
  measure: oneOf(...measures.split(' ')),
  payment_subject: oneOf(...subjects.split(' ')),
  payment_mode: oneOf(
    ...'full_prepayment partial_prepayment advance full_payment partial_payment credit credit_payment'.split(' '),
  ),
});
export const taxSystem = { type: 'integer', minimum: 1, maximum: 6 };
