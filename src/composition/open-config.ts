import { trustAuthorities } from '../adapters/system/trust-authorities.ts';
import { type Config, loadConfig } from '../config.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** The configuration of a process that connects. Its certificate authorities are trusted from then on. */
export function openConfig(variables?: Variables, preferred?: Readonly<Record<string, string>>): Config {
  const config = loadConfig(variables, preferred);
  trustAuthorities(config.TLS_CA_FILE);
  return config;
}
