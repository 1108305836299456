import type { Command, Options } from './command.ts';

const columnWidth = 20;

function optionLine([name, option]: readonly [string, Options[string]]): string {
  const names =
    option.type === 'boolean' ? `--${option.default === true ? 'no-' : ''}${name}` : `--${name} ${option.value}`;
  const notes = [
    ...(option.type === 'string' && option.required === true ? ['required'] : []),
    ...(option.type === 'string' && option.default !== undefined ? [`default ${option.default}`] : []),
  ];
  return `  ${names.padEnd(columnWidth)} ${option.about}${notes.length === 0 ? '' : ` (${notes.join(', ')})`}`;
}

/** How to ask for the help of a command: npm keeps what stands before its own `--`. */
export const helpCommandOf = ({ usage }: Command): string =>
  usage.startsWith('npm') && !usage.includes(' --') ? `${usage} -- --help` : `${usage} --help`;

/** What `--help` prints. */
export function renderHelp({ usage, about, options, operand, example }: Command): string {
  const wanted = operand?.least === undefined ? `[${operand?.name}]` : operand.name;
  const operandUsage = operand === undefined ? '' : ` ${wanted}`;
  const optionsUsage = Object.keys(options).length === 0 ? '' : ' [options]';
  return [
    about,
    '',
    `Usage: ${usage}${operandUsage}${optionsUsage}`,
    ...(operand === undefined ? [] : [`  ${operand.name.padEnd(columnWidth)} ${operand.about}`]),
    ...Object.entries(options).map(optionLine),
    `  ${'--help'.padEnd(columnWidth)} prints this`,
    '',
    `Example: ${example}`,
  ].join('\n');
}
