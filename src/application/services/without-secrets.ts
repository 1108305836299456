/** Sealed requests and contacts, keys, pages, and names of saved methods by which the provider charges. */
const secretFields: ReadonlySet<string> = new Set([
  ...['request', 'idempotenceKey', 'confirmationUrl', 'redirectUrl', 'returnUrlHash', 'methodId'],
  'sealed',
]);

/** The value without its secret fields, at any depth, for the eyes of staff and for the audit. */
export function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== 'object' || value === null) return value;
  const shown = Object.entries(value).filter(([name]) => !secretFields.has(name));
  return Object.fromEntries(shown.map(([name, field]) => [name, withoutSecrets(field)]));
}
