import { readAudit } from './read-audit.ts';
import type { Subcommand } from './subcommand.ts';

/** What staff can do from a shell: the first word of the command line → what it is. */
export const subcommands: Readonly<Record<string, Subcommand>> = {
  audit: readAudit,
};
