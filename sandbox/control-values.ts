import { ApiError } from './errors.ts';

/** A wrong control request is answered with one sentence that says what is wrong. */
export const refused = (status: number, message: string): ApiError => new ApiError(status, { error: message });
export const bad = (message: string): ApiError => refused(400, message);

export function readCount(name: string, value: unknown, fallback: number, most: number): number {
  if (value === undefined) return fallback;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > most) {
    throw bad(`"${name}" must be a whole number from 0 to ${most}`);
  }
  return value;
}

export function readTime(name: string, value: unknown): number {
  const timeMs = typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : NaN;
  if (Number.isNaN(timeMs)) throw bad(`"${name}" must be an RFC 3339 time, such as 2026-12-24T10:00:00.000Z`);
  return timeMs;
}
