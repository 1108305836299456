import { timingSafeEqual } from 'node:crypto';
import type { Shop } from './config.ts';
import { refusal } from './errors.ts';

function sameText(one: string, other: string): boolean {
  const [given, expected] = [Buffer.from(one), Buffer.from(other)];
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** Basic auth of a shop. OAuth tokens belong to partners, and the sandbox has none. */
export function authenticate(shops: readonly Shop[], header: string | undefined): Shop {
  if (header === undefined || header === '') throw refusal('credentialsMissing');
  const [scheme = '', encoded = ''] = header.split(' ');
  if (scheme.toLowerCase() !== 'basic') throw refusal('credentialsKind');
  const decoded = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  const shop = shops.find((candidate) => candidate.id === decoded.slice(0, Math.max(colon, 0)));
  if (shop === undefined || !sameText(shop.key, decoded.slice(colon + 1))) throw refusal('credentialsWrong');
  return shop;
}
