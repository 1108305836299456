/** A string is checked by `wanted`: a pattern, and what it asks for in words. */
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

/** All that `--help` says of a command, and all that its command line is judged by. */
export type Command = {
  /** As it is typed, such as `npm run tail --`; what follows are options. */
  readonly usage: string;
  readonly about: string;
  readonly options: Options;
  /** What stands without a dash, by name and meaning; a command that has none takes none. */
  readonly operand?: { readonly name: string; readonly about: string; readonly most: number };
  readonly example: string;
};
