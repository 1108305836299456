import { Fault } from './application/ports/faults.ts';
import type { Parsed, Parser } from './config-parsers.ts';

/** Staging has the defaults of production. */
type Column = 'development' | 'test' | 'production';
export type Environment = Column | 'staging';
export type Variables = Readonly<Record<string, string | undefined>>;

export type Setting<Value> = {
  readonly parse: Parser<Value>;
  /** The text as in the environment; null: no default, it must be set. */
  readonly default: Readonly<Record<Column, string | null>>;
  readonly doc: string;
  /** Never printed. Production refuses the default for development, which is public. */
  readonly secret?: true;
  /** The alternative setting: exactly one of the two is set. When it is the other, this list is empty. */
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

/** A valid value that is refused, alone or beside the others. */
export type Refusal = {
  readonly name: string;
  readonly refuses: (value: unknown, values: Readonly<Record<string, unknown>>) => boolean;
  readonly why: string;
};

/** Where a refusal holds. Staging is what production is, but for the last row. */
type Refusals = Readonly<Record<'everywhere' | 'outsideDevelopment' | 'inProduction', readonly Refusal[]>>;

function refusalsOf(refusals: Refusals, environment: Environment): readonly Refusal[] {
  const isStrict = environment === 'production' || environment === 'staging';
  return [
    ...refusals.everywhere,
    ...(isStrict ? refusals.outsideDevelopment : []),
    ...(environment === 'production' ? refusals.inProduction : []),
  ];
}

/** The values of all settings by name. Throws one Fault with a line for each setting that is wrong. */
export function readSettings(
  settings: Settings,
  refusals: Refusals,
  { variables, preferred }: { readonly variables: Variables; readonly preferred: Variables },
): Readonly<Record<string, unknown>> {
  const given = settings.BILLING_ENV.parse(filled(variables['BILLING_ENV']) ?? 'development');
  // With a wrong BILLING_ENV the rest is checked as in production, which is strictest.
  const environment = 'value' in given ? given.value : 'production';
  const column = environment === 'staging' ? 'production' : environment;
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
  // A value that could not be read has been named already.
  const refused = refusalsOf(refusals, environment).filter(
    ({ name, refuses }) => name in values && refuses(values[name], values),
  );
  problems.push(...refused.map(({ name, why }) => `${name}: ${why}`));
  if (problems.length === 0) return values;
  const message = ['The configuration is wrong; correct these environment variables:', ...problems].join('\n  ');
  throw new Fault('config_invalid', message, { retryable: false });
}

/** No setting takes this but one that takes any text, so its parser says what it wants. */
const unwanted = '\0';

/** What a setting takes, in the words with which anything else is refused. Null: any text. */
export function wantedBy({ parse }: Setting<unknown>): string | null {
  const parsed = parse(unwanted);
  return 'wanted' in parsed ? parsed.wanted : null;
}

function read(setting: Setting<unknown>, given: string | null, column: Column): Parsed<unknown> {
  if (given === null) {
    const wanted = wantedBy(setting);
    return { wanted: `must be set${wanted === null ? '' : ` to ${wanted}`}. ${setting.doc}` };
  }
  if (column === 'production' && setting.secret && holdsPublic(setting, given)) {
    return { wanted: 'holds the value for development, which is public; set one of your own' };
  }
  const parsed = setting.parse(given);
  return 'value' in parsed ? parsed : { wanted: `must be ${parsed.wanted}` };
}

const holdsPublic = ({ default: { development } }: Setting<unknown>, given: string): boolean =>
  development !== '' && [given, ...given.split(',').map((one) => one.trim())].some((one) => one === development);

const replaced = ({ unless }: Setting<unknown>, given: string | undefined): Parsed<unknown> =>
  given === undefined ? { value: [] } : { wanted: `must not be set together with ${unless}` };

const filled = (given: string | undefined): string | undefined => (given === '' ? undefined : given);
