import type { StoreDocument } from '../../fakes/store-document.ts';
import type { World } from '../world/world.ts';

/** Of each object that a document has had. A save leaves most of them as they were, so that only what is new is counted. */
const sizes = new WeakMap<object, number>();

/** About as many bytes as its JSON. */
function sizeOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return String(value).length + 2;
  const known = sizes.get(value);
  if (known !== undefined) return known;
  let size = 2;
  for (const name of Object.keys(value)) size += name.length + 4 + sizeOf((value as Record<string, unknown>)[name]);
  sizes.set(value, size);
  return size;
}

/** The document of 10,000 orders stays below 1 MiB (docs/when-things-go-wrong.md), and its outbox with it. */
const bytesMax = 1024 * 1024;
/** Without its outbox, which grows while Kafka is unavailable. No life has a quarter of so many orders. */
const stateBytesMax = bytesMax / 4;

/** 2: whatever a subscriber orders, and however long Kafka is unavailable, the document stays small. */
export function checkSize(world: World, { subscriber, outbox }: StoreDocument): void {
  const stateBytes = sizeOf(subscriber);
  const bytes = stateBytes + sizeOf(outbox);
  if (bytes <= bytesMax && stateBytes <= stateBytesMax) return;
  world.breach('2: a document stays small', subscriber.userId, `${bytes} bytes, ${stateBytes} without its outbox`);
}
