const uuidShape = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Lower case, so that one user has one spelling and hence one document and one Kafka key; null for anything else. */
export const parseUuid = (value: unknown): string | null =>
  typeof value === 'string' && uuidShape.test(value) ? value.toLowerCase() : null;
