import type { Instant } from '../../src/domain/model/instant.ts';
import {
  type Member,
  type ProviderBudget,
  type Share,
  shareHeldMs,
  countedMs,
} from '../../src/application/ports/provider-budget.ts';

type Held = Member & { readonly until: Instant };

const memberOf = ({ id, no, share, want, rests }: Held): Member => ({ id, no, share, want, rests });

/** The budget in memory, by a clock of its own. */
export function createMemoryProviderBudget(now: () => Instant) {
  let members: readonly Held[] = [];
  const budget: ProviderBudget = {
    members: () => Promise.resolve(members.map(memberOf)),
    renew: (whole, asked, answerMaxMs) => {
      const living = members.filter(({ until }) => until > now());
      const others = living.filter(({ id }) => id !== asked.id);
      const grant = (part: keyof Share): number => {
        const held = others.reduce((sum, { share }) => sum + share[part], 0);
        return Math.max(0, Math.min(asked.share[part], whole[part] - held));
      };
      const isOld = living.some(({ id, no }) => id === asked.id && no >= asked.no);
      const share = { slots: grant('slots'), perSecond: grant('perSecond') };
      members = isOld ? living : [...others, { ...asked, share, until: now() + shareHeldMs(answerMaxMs) }];
      return Promise.resolve({ at: now(), members: members.map(memberOf) });
    },
    leave: (id) => {
      members = members.map((member) => (member.id === id ? { ...member, until: now() + countedMs } : member));
      return Promise.resolve();
    },
  };
  return budget;
}
