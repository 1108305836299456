type Header = { readonly key: string; readonly value: Buffer | null };
type HeaderValue = Header['value'] | readonly Header['value'][];

/** The values of a repeated header together, as kafkajs has them; a name that objects inherit is a name like any other. */
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
 * minutes, longer than a session, and again at every start). It does so by the `reduce` of the array that is read here,
 * the only one of its kind.
 */
export const gatherOnce = (readArray: ReadArray): ReadArray =>
  function reading(reader) {
    const headers = readArray.call(this, reader);
    return Object.defineProperty(headers, 'reduce', { value: () => gatherHeaders(headers) });
  };
