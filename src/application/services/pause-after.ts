export type Pauses = { readonly firstMs: number; readonly lastMs: number };

/** The pause before the next try: doubles with each failure, from the first pause to the last. */
export const pauseAfter = (failures: number, { firstMs, lastMs }: Pauses): number =>
  Math.min(firstMs * 2 ** Math.min(failures, 30), lastMs);
