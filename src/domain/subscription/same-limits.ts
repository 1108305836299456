import { type Limits, limitNames } from '../model/tariff.ts';

/** Whether both allow the same. An absent limit is none. */
export const sameLimits = (a: Limits = {}, b: Limits = {}): boolean => limitNames.every((name) => a[name] === b[name]);
