import { ok, type Routes } from '../contract/route.ts';

/** The seed's status address, and the self-test of error reporting: it fails on purpose, for superusers only. */
export const statusRoutes: Routes = {
  readStatus: { access: 'public', handle: () => ok({ api: true }) },
  testErrorReporting: { access: 'superuser', handle: () => Promise.reject(new Error('error reporting self-test')) },
};
