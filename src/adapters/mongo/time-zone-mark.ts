import { Fault } from '../../application/ports/faults.ts';
import type { Models } from './models/open-models.ts';
import type { TimeZoneRow } from './models/time-zone.ts';
import { askStore } from './store-fault.ts';

/** Null before the first deploy step that records it. */
async function findMarked({ timeZone }: Models): Promise<string | null> {
  const row = await askStore(() => timeZone.findOne({ _id: 'current' }).lean<TimeZoneRow>());
  return row?.name ?? null;
}

/** At service start: every period is counted anew from its anchor, so another zone would move the ends of what is paid for. */
export async function assertTimeZone(models: Models, wanted: string): Promise<void> {
  const marked = await findMarked(models);
  if (marked === null || marked === wanted) return;
  throw new Fault(
    'config_invalid',
    `BUSINESS_TIME_ZONE is ${wanted}, and the periods of this database are counted in ${marked}: set ${marked}. ` +
      'The zone can change only while there is no subscriber (docs/running.md, "The business time zone").',
    { retryable: false },
  );
}

/** Deploy step: records the zone. While no subscriber has a period, another one may take its place. */
export async function markTimeZone(models: Models, name: string): Promise<void> {
  const { timeZone, subscribers } = models;
  await askStore(() => timeZone.updateOne({ _id: 'current' }, { $setOnInsert: { name } }, { upsert: true }));
  if ((await findMarked(models)) === name) return;
  if ((await askStore(() => subscribers.findOne({}, { _id: 1 }).lean())) !== null) await assertTimeZone(models, name);
  await askStore(() => timeZone.updateOne({ _id: 'current' }, { $set: { name } }));
}
