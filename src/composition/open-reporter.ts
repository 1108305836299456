import packageJson from '../../package.json' with { type: 'json' };
import type { ErrorReporter } from '../adapters/sentry/error-reporter.ts';
import type { Config } from '../config.ts';

/** Null without an address. Then the library is not loaded, because loading takes a sixth of a second at every start. */
export async function openReporter(config: Config, service: string): Promise<ErrorReporter | null> {
  const { SENTRY_DSN: dsn, BILLING_ENV: environment, PROJECT_NAME: project } = config;
  if (dsn === null) return null;
  const { createErrorReporter } = await import('../adapters/sentry/error-reporter.ts');
  return createErrorReporter({ dsn, environment, process: service, release: `${project}@${packageJson.version}` });
}
