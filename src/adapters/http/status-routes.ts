import { ok } from './route.ts';
import type { Route } from './route.ts';

/** The seed's status address, and the self-test of error reporting: it fails on purpose, for superusers only. */
export const statusRoutes: readonly Route[] = [
  { method: 'post', path: '/api/v1/status', access: 'public', handle: () => Promise.resolve(ok({ api: true })) },
  {
    method: 'get',
    path: '/api/v1/status/sentry-debug',
    access: 'superuser',
    handle: () => Promise.reject(new Error('error reporting self-test')),
  },
];
