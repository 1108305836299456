import { settings } from './config.ts';

function cell(value: string | null): string {
  if (value === null) return '**must be set**';
  return value === '' ? '(none)' : `\`${value}\``;
}

/** The configuration table of the README; a test compares the two. */
export function configurationTable(): string {
  const rows = Object.entries(settings).map(([name, setting]) => {
    const { development, test, production } = setting.default;
    const usual = development === test ? cell(development) : `${cell(development)}, in tests ${cell(test)}`;
    return `| \`${name}\` | ${setting.doc} | ${usual} | ${production === development ? 'the same' : cell(production)} |`;
  });
  return ['| variable | what it sets | default | in production |', '|---|---|---|---|', ...rows].join('\n');
}
