import { topicNames } from '../../../src/messages/topics.ts';
import type { Outside } from './outside.ts';

/** After these the process that saved an alarm may not know that it did, and only the published fact tells of it. */
const silencing = /is killed$|^fault: save_(answer_lost|lands_late)$/;

/** 20: what only a person can end has an error line, or no operator is called. */
export function checkErrorLines({ world, log }: Outside): void {
  if (world.story.lines().some(({ text }) => silencing.test(text))) return;
  for (const { key, headers, value } of log.partitionsOf(topicNames.payments).flat()) {
    if (headers['ce_type']?.includes('invariant.violated') !== true) continue;
    const alarm = `${String(value?.['rule'])} ${String(value?.['subjectId'])}`;
    if (!world.alarms.has(alarm)) world.breach('20: an alarm calls a person', key, alarm);
  }
}
