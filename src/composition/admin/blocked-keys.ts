import { discardQueuedMessage, retryBlockedKey } from '../../application/requests/blocked-key-acts.ts';
import { readBlockedKey } from '../../application/requests/read-blocked-key.ts';
import { staffActOf } from './staff-act.ts';
import { changing, print, refuse, subcommand } from './subcommand.ts';

const limit = 100;
const notBlocked = (group: string, key: string): string => `${key} is not blocked in ${group}.`;

export const listBlockedKeys = subcommand(
  {
    usage: 'npm run admin -- blocked-keys',
    about: 'Prints the 100 keys that are blocked longest, or the messages that wait in one key, in clear.',
    options: {},
    operand: { name: 'GROUP KEY', about: 'a consumer group, and a key of it; none: the keys of all groups', most: 2 },
    example: 'npm run admin -- blocked-keys billing-commands 9f0c1d52-7a3b-4c57-8a2e-0d3a5b6c7d8e',
  },
  async ({ operands: [group, key] }, services) => {
    if (group === undefined) {
      print(await services.blockedKeys.listAll({ limit, page: 1 }));
      return 0;
    }
    if (key === undefined) {
      print(await services.blockedKeys.list(group));
      return 0;
    }
    const messages = await readBlockedKey(services, { group, key, limit });
    if (messages.length === 0) return refuse(notBlocked(group, key));
    print(messages);
    return 0;
  },
);

export const retry = subcommand(
  {
    usage: 'npm run admin -- retry',
    about: 'Has the oldest message of a blocked key tried again within seconds; those behind it follow.',
    options: changing,
    operand: { name: 'GROUP KEY', about: 'the consumer group and the key', least: 2, most: 2 },
    example:
      'npm run admin -- retry billing-commands 9f0c1d52-7a3b-4c57-8a2e-0d3a5b6c7d8e --reason "the bug is mended"',
  },
  async ({ operands: [group = '', key = ''], values }, services) => {
    const answer = await retryBlockedKey(services, { group, key }, staffActOf(values));
    if (answer.kind === 'not_blocked') return refuse(notBlocked(group, key));
    print(answer);
    return 0;
  },
);

/** Why a message is not discarded, for people. */
const refusals = {
  not_queued: 'No such message of this key is queued.',
  not_oldest: 'Another message of this key is the oldest, and only that one can be discarded.',
  being_tried: 'A consumer tries this message at the moment. Try again in two minutes.',
} as const;

export const discard = subcommand(
  {
    usage: 'npm run admin -- discard',
    about: 'Takes the oldest message out of the queue of a blocked key. It becomes a dead letter.',
    options: changing,
    operand: {
      name: 'GROUP KEY MESSAGE',
      about: 'the group, the key, and the id of its oldest message, as blocked-keys prints it',
      least: 3,
      most: 3,
    },
    example:
      'npm run admin -- discard billing-commands 9f0c1d52-7a3b-4c57-8a2e-0d3a5b6c7d8e billing.commands.v1:4:1207:1795510800000 --reason "the order is void"',
  },
  async ({ operands: [group = '', key = '', messageId = ''], values }, services) => {
    const answer = await discardQueuedMessage(services, { group, key, messageId }, staffActOf(values));
    if (answer.kind !== 'discarded') return refuse(refusals[answer.kind]);
    print(answer);
    return 0;
  },
);
