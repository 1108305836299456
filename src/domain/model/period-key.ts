/** What a payment pays for: the first period is `initial`, the later ones `period:{n}`. */
export const periodKeyOf = (periodIndex: number): string => `period:${periodIndex}`;

export const periodIndexOf = (periodKey: string): number =>
  periodKey === 'initial' ? 0 : Number(periodKey.slice('period:'.length));
