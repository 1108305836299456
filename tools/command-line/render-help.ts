import type { Command, Options } from './command.ts';

const columnWidth = 20;

function optionLine([name, option]: readonly [string, Options[string]]): string {
  const left =
    option.type === 'boolean' ? `--${option.default === true ? 'no-' : ''}${name}` : `--${name} ${option.value}`;
  const notes = [
    ...(option.type === 'string' && option.required === true ? ['required'] : []),
    ...(option.type === 'string' && option.default !== undefined ? [`default ${option.default}`] : []),
  ];
  return `  ${left.padEnd(columnWidth)} ${option.about}${notes.length === 0 ? '' : ` (${notes.join(', ')})`}`;
}

/** How the command is asked for its help: npm keeps what stands before its own `--`. */
export const helpCommandOf = ({ usage }: Command): string =>
  usage.startsWith('npm') && !usage.includes(' --') ? `${usage} -- --help` : `${usage} --help`;

/** What `--help` prints. */
export function renderHelp({ usage, about, options, operand, example }: Command): string {
  const operandWord = operand === undefined ? '' : ` [${operand.name}]`;
  const optionsWord = Object.keys(options).length === 0 ? '' : ' [options]';
  return [
    about,
    '',
    `Usage: ${usage}${operandWord}${optionsWord}`,
    ...(operand === undefined ? [] : [`  ${operand.name.padEnd(columnWidth)} ${operand.about}`]),
    ...Object.entries(options).map(optionLine),
    `  ${'--help'.padEnd(columnWidth)} prints this`,
    '',
    `Example: ${example}`,
  ].join('\n');
}
