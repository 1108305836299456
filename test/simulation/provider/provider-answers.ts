import type { HttpResult } from '../../../src/adapters/yookassa/http-call.ts';

export const ok = (value: unknown): HttpResult => ({ kind: 'response', status: 200, body: JSON.stringify(value) });

export function refused(status: number, code: string, parameter: string): HttpResult {
  const body = JSON.stringify({ type: 'error', id: 'e', code, parameter, description: code });
  return { kind: 'response', status, body };
}

export const noAnswer: HttpResult = { kind: 'response', status: 500, body: '' };
