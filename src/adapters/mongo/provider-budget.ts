import {
  type Member,
  type ProviderBudget,
  type Share,
  shareHeldMs,
  countedMs,
} from '../../application/ports/provider-budget.ts';
import type { Models } from './models/open-models.ts';
import type { MemberRow, ProviderBudgetRow } from './models/provider-budget.ts';
import { askStore, isDuplicateKey } from './store-fault.ts';

const memberOf = ({ id, no, rests, ...row }: MemberRow): Member => ({
  ...{ id, no, rests },
  share: { slots: row.slots, perSecond: row.perSecond },
  want: { slots: row.wantSlots, perSecond: row.wantPerSecond },
});

/** Of what is asked, at most what the others leave. */
const granted = (part: keyof Share, whole: Share, asked: Member) => ({
  $max: [0, { $min: [asked.share[part], { $subtract: [whole[part], { $sum: `$others.${part}` }] }] }],
});

/** Members whose shares are free again are dropped, and a renewal that is older than the last one of its member changes nothing. */
function renewal(whole: Share, asked: Member, answerMaxMs: number) {
  const { id, no, want, rests } = asked;
  const member = {
    ...{ id, no, rests, wantSlots: want.slots, wantPerSecond: want.perSecond },
    slots: granted('slots', whole, asked),
    perSecond: granted('perSecond', whole, asked),
    until: { $add: ['$$NOW', shareHeldMs(answerMaxMs)] },
  };
  const living = { $filter: { input: { $ifNull: ['$members', []] }, cond: { $gt: ['$$this.until', '$$NOW'] } } };
  const isOther = { $ne: ['$$this.id', { $literal: id }] };
  const isNewer = { $and: [{ $eq: ['$$this.id', { $literal: id }] }, { $gte: ['$$this.no', no] }] };
  return [
    { $set: { at: '$$NOW', members: living } },
    { $set: { others: { $filter: { input: '$members', cond: isOther } } } },
    {
      $set: {
        members: {
          $cond: [
            { $eq: [{ $size: { $filter: { input: '$members', cond: isNewer } } }, 0] },
            { $concatArrays: ['$others', [member]] },
            '$members',
          ],
        },
      },
    },
    { $unset: 'others' },
  ];
}

/** The budget is one document, so each renewal is atomic; its instants are those of the server. */
export function createProviderBudget({ providerBudget }: Models): ProviderBudget {
  const current = { _id: 'current' } as never;
  const renew: ProviderBudget['renew'] = async (whole, asked, answerMaxMs) => {
    const options = { upsert: true, returnDocument: 'after' } as const;
    const row = (await providerBudget.collection.findOneAndUpdate(
      current,
      renewal(whole, asked, answerMaxMs),
      options,
    )) as ProviderBudgetRow | null;
    return { at: row?.at.getTime() ?? 0, members: row?.members.map(memberOf) ?? [] };
  };
  return {
    members: () =>
      askStore(async () => {
        const row = (await providerBudget.collection.findOne(current)) as ProviderBudgetRow | null;
        return row?.members.map(memberOf) ?? [];
      }),
    renew: (...asked) =>
      askStore(() =>
        renew(...asked).catch((error: unknown) => {
          // Two processes made the row at once; now it is there.
          if (isDuplicateKey(error)) return renew(...asked);
          throw error;
        }),
      ),
    leave: (id) =>
      askStore(async () => {
        const until = {
          $cond: [{ $eq: ['$$this.id', { $literal: id }] }, { $add: ['$$NOW', countedMs] }, '$$this.until'],
        };
        const left = { $map: { input: '$members', in: { $mergeObjects: ['$$this', { until }] } } };
        await providerBudget.collection.updateOne(current, [{ $set: { members: left } }]);
      }),
  };
}
