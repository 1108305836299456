import type { PlantedBug } from '../../simulation/planted/planted-bug.ts';

/** One rule of law: what it demands of this service, and what holds the service to it. */
export type Law = {
  readonly no: string;
  readonly rule: string;
  /** Act and article. */
  readonly source: string;
  readonly addresses: readonly [string, ...string[]];
  /** `text`: the text of the act was read. `report`: a court, an authority, a lawyer or the press reports it. */
  readonly known: 'text' | 'report';
  readonly does: string;
  /** Numbers in docs/domain.md, "Invariants". */
  readonly invariants: readonly number[];
  /** Files under test/. */
  readonly tests: readonly string[];
  /** Bugs that break the rule on purpose; the simulation catches each. */
  readonly planted: readonly PlantedBug['name'][];
  /** Facts, the metric that counts each for an operator, and what they mean. */
  readonly watched: readonly { readonly fact: string; readonly metric: string; readonly says: string }[];
  /** What is missing beside that; null when nothing is. */
  readonly missing: string | null;
};

export const laws: readonly Law[] = [
  {
    no: 'L1',
    rule: 'A seller of subscriptions charges no card that the consumer has refused, and accepts the refusal, electronically too.',
    source: '376-FZ of 15 October 2025: item 4.2 of art. 16.1 of the consumer law, in force since 1 March 2026',
    addresses: [
      'https://legalacts.ru/doc/federalnyi-zakon-ot-15102025-n-376-fz-o-vnesenii-izmenenija/',
      'http://www.admkrsk.ru/prokuratura/explanation/Pages/prohibition-on-automatic-debits.aspx',
      'https://1prime.ru/20260228/rossija-867890335.html',
    ],
    known: 'text',
    does: 'Subscribers unlink a card themselves or through staff, with and without a subscription. The refusal counts from its acceptance: what was charged since then goes back.',
    invariants: [26, 8],
    tests: ['unit/living-path/unlinking.test.ts', 'simulation/checks/unlinked.ts'],
    planted: [
      'an unlinked card charged under its other id',
      'a page opened before an unlink saves its card',
      'a charge that is out kept after an unlink',
      'a charge since the acceptance of an unlink kept',
    ],
    watched: [
      {
        fact: 'payment_method.unlinked',
        metric: 'billing_unlinks_total',
        says: 'each refusal, with the time of its acceptance',
      },
      {
        fact: 'subscription.renewal_stopped',
        metric: 'billing_subscriptions_total{change="renewal_stopped"}',
        says: 'the renewals that ended with it',
      },
    ],
    missing: null,
  },
  {
    no: 'L2',
    rule: 'No duty to notify is in 376-FZ: it was struck from the bill before the first reading. Reports of 24 hours are wrong.',
    source: 'The history of the bill',
    addresses: [
      'https://www.interfax.ru/russia/1048968',
      'https://biz.cnews.ru/news/top/2025-09-25_v_rossii_vvedeno_regulirovanie',
    ],
    known: 'text',
    does: 'Notices follow L3, and no text of the service names 376-FZ for them.',
    invariants: [25],
    tests: ['unit/docs/law-page.test.ts'],
    planted: ['a notice at every announcement'],
    watched: [
      {
        fact: 'notice.renewal_upcoming',
        metric: 'billing_notices_total{kind="renewal_upcoming"}',
        says: 'the notices that were given',
      },
    ],
    missing: null,
  },
  {
    no: 'L3',
    rule: 'Before each debit of a fee for a digital product the consumer has at least three days of notice.',
    source: 'Union State decree 6 of 6 December 2024, uniform consumer rules, in force',
    addresses: [
      'https://www.niasam.ru/obschestvo/avtomaticheskoe-prodlenie-onlajn-podpisok-planiruetsya-zapretit-261540.html',
      'https://pravo.ru/story/260773',
    ],
    known: 'report',
    does: 'A notice with amount, date and card precedes each renewal by 72 hours, and the charge names it. A late notice makes the charge wait while access runs on. No setting turns it off.',
    invariants: [25],
    tests: ['unit/money-rules/notices.test.ts', 'simulation/checks/notices.ts'],
    planted: ['a charge that does not wait for its notice', 'charges without their notice'],
    watched: [
      {
        fact: 'notice.renewal_upcoming',
        metric: 'billing_notices_total{kind="renewal_upcoming"}',
        says: 'fewer of them than of `subscription.renewed` is wrong',
      },
    ],
    missing: null,
  },
  {
    no: 'L4',
    rule: 'Who leaves a subscription contract gets the sums back that were paid for the time after it, less proven costs.',
    source: 'Art. 32 of the consumer law; review of the Supreme Court of 18 October 2023, item 10',
    addresses: [
      'https://web.lifelines.name/read/191fd1e5-5b49-5593-b114-57ee301a7b15',
      'https://destralegal.ru/blog/vozvrat-deneg-za-uslugi/kak-viernut-dienghi-za-podpisku-okko',
      'https://www.gazeta.ru/social/news/2026/02/16/27864067.shtml',
    ],
    known: 'report',
    does: 'Leaving at once with `refund: prorated` gives the unused part back to the kopeck, rounded up. The preview names the sum before.',
    invariants: [17, 33],
    tests: ['unit/living-path/leaving.test.ts', 'unit/domain/unused-part.test.ts', 'simulation/checks/leaving.ts'],
    planted: [
      'the unused part rounded down',
      'the whole month given back',
      'a period paid ahead that is kept when the subscriber leaves',
    ],
    watched: [
      {
        fact: 'refund.requested',
        metric: 'billing_refunds_total{outcome="requested"}',
        says: 'each sum that goes back, with its cause',
      },
      {
        fact: 'refund.failed',
        metric: 'billing_refunds_total{outcome="failed"}',
        says: 'a sum that did not arrive: staff must act',
      },
    ],
    missing: null,
  },
  {
    no: 'L5',
    rule: 'A consent to a paid thing is not ticked beforehand, the seller proves it, and money that is demanded back goes back within 3 days.',
    source: '69-FZ, in force since 1 September 2025',
    addresses: [
      'https://harant.ru/blog/yuridicheskie-novosti/putin-zapretil-navyazyvat-dopuslugi-chto-eto-znachit-dlya-biznesa-i-potrebitelej',
      'https://hqmedia.ru/novyie-miery-protiv-naviazyvaniia-dopolnitielnykh-uslugh-i-tovarov-zarabotaiut-s-1-sientiabria-2025-ghoda',
    ],
    known: 'report',
    does: 'Renewal is not ticked beforehand. What a subscriber was shown before they let renewals be charged is compared with what would be charged, kept, and named by each charge; `TERMS_REQUIRED` demands it. Operators are alerted of a refund that is open for 48 hours.',
    invariants: [32, 20],
    tests: [
      'unit/living-path/agreeing.test.ts',
      'browser/agreeing.test.ts',
      'unit/money-rules/late-refunds.test.ts',
      'simulation/checks/consents.ts',
    ],
    planted: [
      'a consent to another amount accepted',
      'a consent that outlives a cancel',
      'a consent lost at the renewal',
      'a late refund not reported',
    ],
    watched: [
      {
        fact: 'subscription.activated',
        metric: 'billing_subscriptions_total{change="activated"}',
        says: 'the consent of each subscription, or none',
      },
      { fact: 'refund.failed', metric: 'billing_refunds_total{outcome="failed"}', says: 'money that did not go back' },
    ],
    missing: null,
  },
  {
    no: 'L6',
    rule: 'A contract may not let the seller change the terms one-sidedly against a consumer, unless a law allows it.',
    source: 'Civil Code, art. 310',
    addresses: ['https://www.barrit.ru/odnostoronnee-izmenenie-uslovij-dogovora-s-potrebitelem-sudebnaya-praktika/'],
    known: 'report',
    does: 'A subscription keeps the price that it was bought at, whatever the catalogue says later.',
    invariants: [11],
    tests: ['unit/living-path/renewing.test.ts'],
    planted: ['prices not pinned'],
    watched: [
      {
        fact: 'invariant.violated',
        metric: 'billing_invariant_violations_total{rule="provider_mismatch"}',
        says: '`provider_mismatch`: another sum than the pinned one was charged',
      },
    ],
    missing: 'A higher price that the subscriber accepts has no command yet.',
  },
  {
    no: 'L7',
    rule: 'An online sale has a receipt with the mark of the internet, the address of the site and the contact of the buyer.',
    source: 'Order ED-7-20/236@ and letter AB-4-20/8172@, in force since 1 September 2025',
    addresses: [
      'https://20pravo25.ru/biznes/kak-zapolnyat-v-cheke-kontrolno-kassovoj-tehniki-teg-1125-pri-prodazhe-onlajn.html',
      'https://www.klerk.ru/blogs/astral/660320/',
    ],
    known: 'text',
    does: 'Where receipts are on, no payment leaves without a contact, `internet` is always set, and each receipt is followed until it is registered. A refund has the VAT code of its payment.',
    invariants: [31],
    tests: [
      'unit/money-rules/receipts.test.ts',
      'unit/living-path/following-receipts.test.ts',
      'simulation/checks/receipts.ts',
    ],
    planted: [
      'a refund at the VAT rate of today',
      'a receipt said to be registered while it waits',
      'a charge whose contact was taken back',
    ],
    watched: [
      {
        fact: 'receipt.failed',
        metric: 'billing_receipts_total{outcome="failed"}',
        says: 'a receipt that is not registered after three days, or never will be',
      },
    ],
    missing: 'Offset receipts of a period that is sold as `full_prepayment`: another system has to make them.',
  },
  {
    no: 'L8',
    rule: 'Personal data is destroyed within 30 days after its purpose ended, within 10 working days on demand, and the destruction is proved. Accounting documents stay for 5 years.',
    source: '152-FZ; order 179 of Roskomnadzor',
    addresses: [
      'https://www.klerk.ru/blogs/data-sec/681468/',
      'https://www.audit-it.ru/articles/account/basis/a83/1111122.html',
    ],
    known: 'report',
    does: 'A document holds no name and no address in clear: the receipt contact is sealed under a key of its user, and logs and facts have neither. What a subscriber writes as they cancel is sealed in the audit alone.',
    invariants: [23],
    tests: [
      'unit/living-path/receipt-contact.test.ts',
      'unit/logging/winston-log.test.ts',
      'simulation/checks/contacts.ts',
      'simulation/checks/comments.ts',
    ],
    planted: ['a receipt contact kept in clear', 'the comment of a cancel published', 'the comment of a cancel lost'],
    watched: [
      {
        fact: 'receipt_contact.changed',
        metric: 'billing_receipt_contacts_total',
        says: 'each contact that was set or taken back',
      },
    ],
    missing: 'The command that erases a subscriber is not built. Until then the operator must erase by hand.',
  },
];
