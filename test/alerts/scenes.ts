import type { Row } from './row.ts';
import { messageRows } from './rows-of-messages.ts';
import { moneyRows } from './rows-of-money.ts';
import { serverRows } from './rows-of-servers.ts';

const rows: readonly Row[] = [...moneyRows, ...messageRows, ...serverRows];

function named(alert: string): Row {
  const found = rows.find(({ alerts }) => alerts.includes(alert));
  if (found === undefined) throw new Error(`No row has ${alert}.`);
  return found;
}

/** Rows of one scene run at once. A missing server disturbs the others, so it has a scene of its own. */
const plan: readonly (readonly string[])[] = [
  ['BillingContradiction', 'BillingBooksDiffer', 'BillingShopDeclined', 'BillingDeadLetters', 'BillingKeyBlocked'],
  ['BillingJobStalled'],
  ['BillingProviderFails', 'BillingFactsLate'],
  ['BillingProcessMissing'],
  ['BillingLag'],
  ['BillingBlind'],
];

/** Every scene, or those rows alone that have one of the alerts. */
export function scenesOf(wanted: readonly string[]): readonly (readonly Row[])[] {
  const isWanted = ({ alerts }: Row): boolean => wanted.length === 0 || alerts.some((alert) => wanted.includes(alert));
  return plan.map((names) => names.map(named).filter(isWanted)).filter(({ length }) => length > 0);
}

/** All alerts that some row makes. */
export const triedAlerts: readonly string[] = plan.flatMap((names) => names.flatMap((name) => named(name).alerts));
