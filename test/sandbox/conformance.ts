import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import * as contract from './provider-contract.ts';

export const samples = JSON.parse(readFileSync(new URL('provider-samples.json', import.meta.url), 'utf8')) as Record<
  string,
  Record<string, unknown>
>;

const ajv = new Ajv({ allErrors: true, strict: false });
export const checks = {
  payments: ajv.compile(contract.payment),
  payments_list: ajv.compile(contract.listOf(contract.payment)),
  refunds: ajv.compile(contract.refund),
  refunds_list: ajv.compile(contract.listOf(contract.refund)),
  receipts: ajv.compile(contract.receipt),
  receipts_list: ajv.compile(contract.listOf(contract.receipt)),
  payment_methods: ajv.compile(contract.binding),
  notifications: ajv.compile(contract.notification),
  errors: ajv.compile(contract.error),
  shop: ajv.compile(contract.shop),
};

export type Kind = keyof typeof checks;

/** What an answer breaks of the rules of its kind. */
export function errorsOf(kind: Kind, answer: unknown): readonly unknown[] {
  const check = checks[kind];
  return check(answer) ? [] : (check.errors ?? []);
}

/** The names and types of an answer, without its values and without the shop's metadata. */
export function shapeOf(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => shapeOf(item));
  if (typeof value !== 'object' || value === null) return typeof value;
  if (name === 'metadata') return 'metadata';
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shapeOf(item, key)]));
}
