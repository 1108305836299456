import type { Config } from '../config.ts';

/** Only here every caller gets tokens, events and clocks: staging is reached by people who are not us. */
export const isDevelopment = ({ BILLING_ENV: environment }: Pick<Config, 'BILLING_ENV'>): boolean =>
  environment === 'development' || environment === 'test';
