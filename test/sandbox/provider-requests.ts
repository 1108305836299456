import {
  amount,
  flag,
  id,
  metadata,
  object,
  oneOf,
  pattern,
  receiptItem,
  taxSystem,
  text,
} from './provider-schemas.ts';

/**
 * Our requests, as the provider's OpenAPI file and pages allow them. The file names more fields; those that the adapter does
 * not send are left out, so that a new one is a decision.
 */
const email = { type: 'string', maxLength: 254, pattern: '^[^@\\s]+@[^@\\s]+$' };
const customer = {
  oneOf: [object(['email'], { email }), object(['phone'], { phone: pattern('^\\d{4,15}$') })],
};
const receipt = object(['customer', 'items'], {
  customer,
  items: { type: 'array', minItems: 1, maxItems: 80, items: receiptItem },
  internet: flag,
  tax_system_code: taxSystem,
});
const address = { type: 'string', minLength: 1, maxLength: 2048 };
const page = object(['type', 'return_url'], { type: { const: 'redirect' }, return_url: address });
const code = object(['type'], { type: { const: 'qr' }, return_url: address });
const sold = { amount, capture: { const: true }, description: text(128), metadata, receipt };

const ordered = object(['amount', 'capture', 'confirmation', 'payment_method_data', 'save_payment_method'], {
  ...sold,
  confirmation: page,
  payment_method_data: object(['type'], { type: oneOf('bank_card') }),
  save_payment_method: flag,
});
const charged = object(['amount', 'capture', 'payment_method_id'], { ...sold, payment_method_id: text() });

/** By the path that they are sent to. */
export const requests = {
  // A saved method excludes a page, and a kind to choose.
  '/payments': { oneOf: [ordered, charged] },
  '/payments/{id}/capture': object([], { amount, receipt }),
  '/refunds': object(['payment_id', 'amount'], { payment_id: id, amount, description: text(250), metadata, receipt }),
  '/payment_methods': {
    oneOf: [
      object(['type', 'confirmation'], { type: { const: 'bank_card' }, confirmation: page, metadata }),
      object(['type', 'confirmation'], { type: { const: 'sbp' }, confirmation: { oneOf: [page, code] }, metadata }),
    ],
  },
};
