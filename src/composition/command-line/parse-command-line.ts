import { parseArgs } from 'node:util';
import type { Command } from './command.ts';

type Config<C extends Command> = { options: C['options']; allowPositionals: true; allowNegative: true };
type ParsedOptions<C extends Command> = ReturnType<typeof parseArgs<Config<C>>>['values'];

export type CommandLine<C extends Command> = {
  readonly values: ParsedOptions<C>;
  readonly operands: readonly string[];
};

export type Parsed<C extends Command> =
  | { readonly kind: 'line'; readonly line: CommandLine<C> }
  | { readonly kind: 'help' }
  | { readonly kind: 'refused'; readonly sentence: string };

const unknownOption = /^Unknown option '(-[^']+)'/;
const dashedValue = /^Option '(?:-\w, )?(--[^' ]+)[^']*' argument is ambiguous/;

/** Node also explains how to pass an operand that begins with a dash; the first sentence is enough. */
function sentenceOf(error: unknown): string {
  const { message } = error as Error;
  const [, unknown] = unknownOption.exec(message) ?? [];
  if (unknown !== undefined) return `There is no option ${unknown}`;
  const [, dashed] = dashedValue.exec(message) ?? [];
  if (dashed !== undefined) return `The value of ${dashed} begins with a dash; if it is meant, write ${dashed}=VALUE`;
  return message.split('\n')[0] ?? message;
}

function missingOrWrong({ options }: Command, values: Readonly<Record<string, unknown>>): string | undefined {
  for (const [name, option] of Object.entries(options)) {
    if (option.type === 'boolean') continue;
    const given = values[name];
    if (given === undefined && option.required === true) return `--${name} ${option.value} is missing: ${option.about}`;
    if (typeof given !== 'string' || option.wanted === undefined || option.wanted[0].test(given)) continue;
    return `--${name} must be ${option.wanted[1]}, not "${given}"`;
  }
  return undefined;
}

function wrongOperands({ operand }: Command, operands: readonly string[]): string | undefined {
  if (operand !== undefined && operands.length < (operand.least ?? 0))
    return `${operand.name} is missing: ${operand.about}`;
  const extra = operands[operand?.most ?? 0];
  return extra === undefined ? undefined : `"${extra}" is not understood`;
}

/** Checks a command line against the command's table; never throws. */
export function parseCommandLine<C extends Command>(command: C, args: readonly string[]): Parsed<C> {
  if (args.includes('--help') || args.includes('-h')) return { kind: 'help' };
  try {
    const { values, positionals } = parseArgs<Config<C> & { args: string[] }>({
      args: [...args],
      options: command.options,
      allowPositionals: true,
      allowNegative: true,
    });
    const sentence = missingOrWrong(command, values) ?? wrongOperands(command, positionals);
    if (sentence !== undefined) return { kind: 'refused', sentence };
    return { kind: 'line', line: { values, operands: positionals } };
  } catch (error) {
    return { kind: 'refused', sentence: sentenceOf(error) };
  }
}
