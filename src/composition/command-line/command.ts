/** `wanted` checks a string: a pattern, and what it asks for in words. */
type StringOption = {
  readonly type: 'string';
  readonly value: string;
  readonly about: string;
  readonly default?: string;
  readonly multiple?: boolean;
  readonly required?: boolean;
  readonly wanted?: readonly [pattern: RegExp, inWords: string];
};

type BooleanOption = { readonly type: 'boolean'; readonly about: string; readonly default?: boolean };

export type Options = Readonly<Record<string, StringOption | BooleanOption>>;

/** Everything that `--help` prints for a command, and all rules for its command line. */
export type Command = {
  /** As it is typed, such as `npm run tail --`; options follow. */
  readonly usage: string;
  readonly about: string;
  readonly options: Options;
  /** The argument without a dash, by name and meaning; a command without it takes none. */
  readonly operand?: { readonly name: string; readonly about: string; readonly least?: number; readonly most: number };
  readonly example: string;
};
