import { publishAccess as publish } from '../../application/requests/publish-access.ts';
import { systemClock } from '../../adapters/system/clock.ts';
import { randomId } from '../../adapters/system/ids.ts';
import { createMessageFactory } from '../../messages/message-factory.ts';
import { auditAct } from '../../application/requests/staff-act.ts';
import { staffActOf } from './staff-act.ts';
import { changing, subcommand } from './subcommand.ts';

/** For a lost topic, or a reader that begins without the past of the topic. */
export const publishAccess = subcommand(
  {
    usage: 'npm run admin -- publish-access',
    about: 'Publishes the access of every user again, as it is, for a lost topic or a new reader.',
    options: {
      ...changing,
      after: {
        type: 'string',
        value: 'USER',
        about: 'goes on after this user, whom an earlier run has named',
        wanted: [/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, 'a UUID'],
      },
      'per-second': {
        type: 'string',
        value: 'COUNT',
        default: '500',
        about: 'how many users a second, so that readers keep up',
        wanted: [/^[1-9]\d{0,3}$/, 'a whole number from 1 to 9999'],
      },
    },
    example: 'npm run admin -- publish-access --per-second 200 --reason "The topic was lost"',
  },
  async ({ values }, { accessPages, openPublisher, ...audited }) => {
    const publisher = await openPublisher();
    const services = { accessPages, publisher, messageFactory: createMessageFactory(), clock: systemClock, randomId };
    const wanted = { after: values.after ?? null, perSecond: Number(values['per-second']) };
    const ofAll = { subject: { kind: 'access', id: 'all' }, userId: null, before: null, after: wanted };
    await auditAct(audited, staffActOf(values), { action: 'access.publish', ...ofAll });
    const count = await publish(services, wanted, (published, lastUser) => {
      process.stderr.write(`${published} published; to go on from here: --after ${lastUser}\n`);
    });
    process.stdout.write(`The access of ${count} users is published.\n`);
    return 0;
  },
);
