type Header = { readonly key: string; readonly value: Buffer | null };
type HeaderValue = Header['value'] | readonly Header['value'][];

/** Groups the values of a repeated header, as kafkajs does. In a Map, because a header may be named `constructor`. */
function gatherHeaders(headers: readonly Header[]): Readonly<Record<string, HeaderValue>> {
  const values = new Map<string, Header['value'][]>();
  for (const { key, value } of headers) {
    const known = values.get(key);
    if (known === undefined) values.set(key, [value]);
    else known.push(value);
  }
  return Object.fromEntries([...values].map(([key, all]) => [key, all.length === 1 ? (all[0] ?? null) : all]));
}

type ReadArray = (this: unknown, reader: unknown) => readonly Header[];

/**
 * kafkajs copies all headers of a record once for each of them (measured: 120 kB of 20,000 headers stop the process for two
 * minutes, longer than a session, and again at every start). It copies in the `reduce` of the array that is read here;
 * kafkajs reads no other array this way.
 */
export const gatherOnce = (readArray: ReadArray): ReadArray =>
  function reading(reader) {
    const headers = readArray.call(this, reader);
    return Object.defineProperty(headers, 'reduce', { value: () => gatherHeaders(headers) });
  };
