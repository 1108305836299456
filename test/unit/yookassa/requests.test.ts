import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import type { Customer } from '../../../src/application/ports/payment-provider.ts';
import { freeze, thaw } from '../../../src/adapters/yookassa/transformers.ts';
import type { ProviderRequest } from '../../../src/domain/model/provider.ts';
import type { WantedReceipt } from '../../../src/domain/model/receipt.ts';
import { bind, charge, checkout, refund } from '../../contract/payment-provider-requests.ts';
import { official } from '../../sandbox/official-openapi.ts';
import { requests } from '../../sandbox/provider-requests.ts';

const ajv = new Ajv({ allErrors: true, strict: false });
const providerPaymentId = '22e12f66-000f-5000-8000-18db351245c7';
const receipt: WantedReceipt = {
  ...{ vatCode: 11, taxSystem: 2, paymentMode: 'full_prepayment', description: 'Base, 1 month', personalKey: '' },
  contact: { kind: 'email', sealed: '', masked: '', since: 0 },
};
const email: Customer = { kind: 'email', value: 'viewer@cinema.example' };
const phone: Customer = { kind: 'phone', value: '79000000000' };
const long = 'Д'.repeat(1_000);

type Case = readonly [what: string, asked: { readonly request: ProviderRequest; readonly customer?: Customer }];
const { metadata } = checkout();
const again = { ...metadata, refundId: 'r-2' };
const unknownTax = { ...receipt, taxSystem: null, description: long };
const cases: readonly Case[] = [
  ['a page', { request: checkout() }],
  ['a page that saves nothing', { request: checkout({ saveMethod: false }) }],
  ['a page on a test clock', { request: checkout({ metadata: { ...metadata, testClockId: 'clock-1' } }) }],
  ['a page with our own address to return to', { request: checkout({ returnUrl: null }) }],
  ['a page with a long description', { request: checkout({ description: long }) }],
  ['a page with a receipt', { request: checkout({ receipt }), customer: email }],
  ['a charge', { request: charge(providerPaymentId, 'clock-1') }],
  ['a charge with a receipt', { request: { ...charge(providerPaymentId), receipt: unknownTax }, customer: phone }],
  ['a capture', { request: { kind: 'capture', providerPaymentId, amount: { amountMinor: 1, currency: 'RUB' } } }],
  ['a refund', { request: { ...refund(providerPaymentId), description: long } }],
  ['a later refund', { request: { ...refund(providerPaymentId), metadata: again, receipt }, customer: email }],
  ['a binding of a card', { request: bind() }],
  ['a binding by SBP through a page', { request: bind({ methodType: 'sbp', returnUrl: null }, 'clock-1') }],
  ['a binding by SBP through a code', { request: bind({ methodType: 'sbp', confirmation: 'qr' }) }],
];

describe("the adapter's requests", () => {
  test.each(cases)('%s is one that the provider takes', (_what, { request, customer }) => {
    const { path, body } = thaw(freeze(request, 'https://cinema.example/return', customer));
    const check = ajv.compile(requests[path.replace(providerPaymentId, '{id}') as keyof typeof requests]);
    check(JSON.parse(body));
    expect(check.errors ?? []).toEqual([]);
    expect(official?.request(path, JSON.parse(body)) ?? []).toEqual([]);
  });
});
