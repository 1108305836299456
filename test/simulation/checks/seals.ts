import { newKey, sealedWith } from '../world/key-rings.ts';
import type { SealedRows } from '../world/sealed-rows.ts';
import type { World } from '../world/world.ts';

/** 40: once the old key is gone, the new one opens every stored text. `isOver` is null in lives that keep the old key. */
export function checkSeals(world: World, rows: SealedRows, isOver: boolean | null): void {
  if (isOver === null) return;
  if (!isOver) world.breach('40: a key can be replaced', null, 'the old key is still in use');
  for (const [collection, all] of Object.entries(rows.all()))
    for (const row of all)
      for (const key of sealedWith(row))
        if (key !== newKey) world.breach('40: what is stored can be opened', null, `${collection} ${row._id}`);
}
