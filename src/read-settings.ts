import { Fault } from './application/ports/faults.ts';
import type { Parsed, Parser } from './config-parsers.ts';

type Environment = 'development' | 'test' | 'production';
export type Variables = Readonly<Record<string, string | undefined>>;

export type Setting<Value> = {
  readonly parse: Parser<Value>;
  /** The text as in the environment; null: no default, it must be set. */
  readonly default: Readonly<Record<Environment, string | null>>;
  readonly doc: string;
  /** Never printed. Production refuses the default for development, which is public. */
  readonly secret?: true;
  /** The alternative setting: exactly one of the two is set. When it is the other, this one is empty. */
  readonly unless?: string;
};

export const everywhere = (value: string) => ({ development: value, test: value, production: value });
/** Development and tests have one default, production has another or none. */
export const except = (development: string, production: string | null) => ({
  development,
  test: development,
  production,
});

type Settings = Readonly<Record<string, Setting<unknown>>> & { readonly BILLING_ENV: Setting<Environment> };

/** A valid value that production refuses. */
export type Refusal<Name extends string> = {
  readonly name: Name;
  readonly refuses: (value: unknown) => boolean;
  readonly why: string;
};

/** The values of all settings by name. Throws one Fault with a line for each setting that is wrong. */
export function readSettings(
  settings: Settings,
  refusedInProduction: readonly Refusal<string>[],
  { variables, preferred }: { readonly variables: Variables; readonly preferred: Variables },
): Readonly<Record<string, unknown>> {
  const environment = settings.BILLING_ENV.parse(filled(variables['BILLING_ENV']) ?? 'development');
  // With a wrong BILLING_ENV the rest is checked as in production, which is strictest.
  const column = 'value' in environment ? environment.value : 'production';
  const values: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const [name, setting] of Object.entries<Setting<unknown>>(settings)) {
    const given = filled(variables[name]);
    const parsed =
      filled(variables[setting.unless ?? '']) === undefined
        ? read(setting, given ?? preferred[name] ?? setting.default[column], column)
        : replaced(setting, given);
    if ('value' in parsed) values[name] = parsed.value;
    else problems.push(`${name}: ${parsed.wanted}`);
  }
  const refused = refusedInProduction.filter(({ name, refuses }) => column === 'production' && refuses(values[name]));
  problems.push(...refused.map(({ name, why }) => `${name}: ${why}`));
  if (problems.length === 0) return values;
  const message = ['The configuration is wrong; correct these environment variables:', ...problems].join('\n  ');
  throw new Fault('config_invalid', message, { retryable: false });
}

function read(setting: Setting<unknown>, given: string | null, column: Environment): Parsed<unknown> {
  if (given === null) return { wanted: `must be set. ${setting.doc}` };
  if (column === 'production' && setting.secret && given === setting.default.development) {
    return { wanted: 'holds the value for development, which is public; set one of your own' };
  }
  const parsed = setting.parse(given);
  return 'value' in parsed ? parsed : { wanted: `must be ${parsed.wanted}` };
}

const replaced = ({ unless }: Setting<unknown>, given: string | undefined): Parsed<unknown> =>
  given === undefined ? { value: '' } : { wanted: `must not be set together with ${unless}` };

const filled = (given: string | undefined): string | undefined => (given === '' ? undefined : given);
