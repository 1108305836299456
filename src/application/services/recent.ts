export type Recent<Key, Value> = {
  readonly get: (key: Key) => Value | undefined;
  /** The key becomes the newest, also when it was in the map before. */
  readonly set: (key: Key, value: Value) => void;
};

/** A map of the newest `max` keys. One more removes the key that was set longest ago. */
export function createRecent<Key extends string | number, Value>(max: number): Recent<Key, Value> {
  const values = new Map<Key, Value>();
  return {
    get: (key) => values.get(key),
    set: (key, value) => {
      values.delete(key);
      values.set(key, value);
      const [oldest] = values.keys();
      if (values.size > max && oldest !== undefined) values.delete(oldest);
    },
  };
}
