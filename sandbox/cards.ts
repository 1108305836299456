import type { CardView, Decline, EnteredCard } from './types.ts';

/** What a test card does: 3-D Secure first or not, a decline, or a decline only at later charges. */
export type Card = {
  readonly threeDs: boolean;
  readonly decline: Decline | null;
  readonly laterDecline: Decline | null;
};

const succeedWith3ds = ['5555555555554477', '4793128161644804', '2200000000000004'];
const succeed =
  '5555555555554444 6759649826438453 4111111111111111 4175001000000017 2202474301322987 370000000000002 3528000700000000 36700102000000'.split(
    ' ',
  );
const succeedOnce = ['5555555555554642', '2200000000000079'];

/** Party, reason, and the declining Mastercard, Visa and Mir of the provider's test store. */
const declining: readonly (readonly [party: string, reason: string, numbers: string])[] = [
  ['payment_network', '3d_secure_failed', '5555555555554592 4839665499603842 2200000000000012'],
  ['payment_network', 'call_issuer', '5555555555554535 4926946416239025 2200000000000020'],
  ['payment_network', 'card_expired', '5555555555554543 4141435412630840 2200000000000038'],
  ['payment_network', 'fraud_suspected', '5555555555554568 4483274282299972 2200000000000046'],
  ['payment_network', 'general_decline', '5555555555554527 4889971706588753 2202202212312379'],
  ['payment_network', 'insufficient_funds', '5555555555554600 4562265587712390 2200000000000053'],
  ['payment_network', 'invalid_card_number', '5555555555554618 4951017853630544 2201382000000013'],
  ['payment_network', 'invalid_csc', '5555555555554626 4194180666146368 2200770212727079'],
  ['payment_network', 'issuer_unavailable', '5555555555554501 4654130848359150 2201382000000021'],
  ['payment_network', 'payment_method_limit_exceeded', '5555555555554576 4565231022577548 2201382000000039'],
  ['payment_network', 'payment_method_restricted', '5555555555554550 4233961169071671 2201382000000047'],
  ['yoo_money', 'country_forbidden', '5555555555554584 4969751510013864 2201382000000054'],
  ['yoo_money', 'fraud_suspected', '5555555555554634 4119098878796485 2201696981989955'],
];
const laterDeclineCode: Decline = { party: 'payment_network', reason: 'insufficient_funds' };
const unknown: Card = {
  threeDs: false,
  decline: { party: 'payment_network', reason: 'invalid_card_number' },
  laterDecline: null,
};

const cards: ReadonlyMap<string, Card> = new Map<string, Card>([
  ...succeedWith3ds.map((number) => [number, { threeDs: true, decline: null, laterDecline: null }] as const),
  ...succeed.map((number) => [number, { threeDs: false, decline: null, laterDecline: null }] as const),
  ...succeedOnce.map((number) => [number, { threeDs: false, decline: null, laterDecline: laterDeclineCode }] as const),
  ...declining.flatMap(([party, reason, numbers]) =>
    numbers
      .split(' ')
      .map(
        (number) =>
          [number, { threeDs: reason === '3d_secure_failed', decline: { party, reason }, laterDecline: null }] as const,
      ),
  ),
]);

/** A number in no list declines as invalid. The provider does not document this case, so it is our choice. */
export const cardOf = (number: string): Card => cards.get(number) ?? unknown;

const schemes: readonly (readonly [prefix: RegExp, type: string])[] = [
  [/^220/, 'Mir'],
  [/^4/, 'Visa'],
  [/^3[47]/, 'AmericanExpress'],
  [/^35/, 'JCB'],
  [/^3/, 'DinersClub'],
  [/^[56]/, 'MasterCard'],
];

const mirProduct = { code: 'MCP', name: 'MIR Privilege' };

export function cardViewOf(card: EnteredCard): CardView {
  const cardType = schemes.find(([prefix]) => prefix.test(card.number))?.[1] ?? 'Unknown';
  return {
    first6: card.number.slice(0, 6),
    last4: card.number.slice(-4),
    expiry_year: card.expiryYear,
    expiry_month: card.expiryMonth,
    card_type: cardType,
    card_product: cardType === 'Mir' ? mirProduct : undefined,
    issuer_country: 'RU',
    issuer_name: 'Sberbank',
  };
}
