import { listWork } from './list-work.ts';
import { discard, listBlockedKeys, retry } from './blocked-keys.ts';
import { deadLetter, deadLetters, drop, replay } from './dead-letters.ts';
import { publishAccess } from './publish-access.ts';
import { readAudit } from './read-audit.ts';
import { readSubscriber } from './read-subscriber.ts';
import { allowCharges, chargeback } from './chargeback.ts';
import { evidence } from './evidence.ts';
import { recordRefund } from './record-refund.ts';
import { refund } from './refund.ts';
import { release } from './release.ts';
import { resolve } from './resolve.ts';
import type { Subcommand } from './subcommand.ts';
import { unlink } from './unlink.ts';

/** What staff can do from a shell: the first word of the command line → what it is. */
export const subcommands: Readonly<Record<string, Subcommand>> = {
  subscriber: readSubscriber,
  list: listWork,
  release,
  refund,
  'record-refund': recordRefund,
  chargeback,
  evidence,
  'allow-charges': allowCharges,
  resolve,
  unlink,
  audit: readAudit,
  'blocked-keys': listBlockedKeys,
  retry,
  discard,
  'dead-letters': deadLetters,
  'dead-letter': deadLetter,
  replay,
  drop,
  'publish-access': publishAccess,
};
