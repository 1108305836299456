import { expect, test } from '@jest/globals';
import { keepNoticeReport } from '../../../src/application/handlers/keep-notice-report.ts';
import type { NoticeReport, ReportOutcome } from '../../../src/application/ports/notice-reports.ts';
import { silentMeter } from '../../../src/application/ports/meter.ts';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/model/instant.ts';
import { createSystemWithActive, type TestSystem } from '../../support/test-system.ts';

const user = '11111111-1111-4111-8111-111111111111';
const other = '22222222-2222-4222-8222-222222222222';
const end = Date.parse('2026-02-28T09:00:00.000Z');
const trace = { correlationId: 'report', causationId: null };

/** A subscriber whose renewal has been announced, and the notice. */
async function announced() {
  const system = await createSystemWithActive(user);
  await system.pass(end - 2 * dayMs - system.clock.now(), 6 * hourMs);
  const notice = system.facts(user).find(({ type }) => type === 'notice.renewal_upcoming');
  return { system, noticeId: String(notice?.['noticeId']), givenAt: end - 3 * dayMs };
}

/** Handles the report; returns what became of it, as the metric counts it. */
async function report(system: TestSystem, given: Partial<NoticeReport>): Promise<ReportOutcome[]> {
  const outcomes: ReportOutcome[] = [];
  const meter = { ...silentMeter, noticeReported: (outcome: ReportOutcome) => void outcomes.push(outcome) };
  const whole = { noticeId: '', userId: user, deliveredAt: system.clock.now(), channel: 'email', ...given } as const;
  await keepNoticeReport({ ...system.services, meter }, whole, trace);
  return outcomes;
}

test('the report of a notice is kept, and a repeat or a later one changes nothing', async () => {
  const { system, noticeId } = await announced();
  const first = { noticeId, userId: user, deliveredAt: system.clock.now(), channel: 'email' } as const;
  expect(await report(system, first)).toEqual(['kept']);
  expect(await report(system, first)).toEqual(['repeated']);
  expect(await report(system, { noticeId, deliveredAt: first.deliveredAt - hourMs, channel: 'sms' })).toEqual([
    'repeated',
  ]);
  expect(system.noticeReports()).toEqual([first]);
});

test('a report decides nothing: it saves no document, publishes no fact and moves no charge', async () => {
  const { system, noticeId } = await announced();
  const before = await system.services.store.load(user);
  await report(system, { noticeId });
  expect(await system.services.store.load(user)).toEqual(before);
});

test('a report that comes when the document has forgotten the notice is kept: a payment names it', async () => {
  const { system, noticeId, givenAt } = await announced();
  await system.pass(300 * dayMs, dayMs / 4);
  const { subscription } = await system.state(user);
  expect(JSON.stringify(subscription)).not.toContain(noticeId);
  expect(await report(system, { noticeId, deliveredAt: givenAt + minuteMs })).toEqual(['kept']);
});

test('a report of an unknown notice, of the notice of another user, or of an unknown user is dropped', async () => {
  const { system, noticeId } = await announced();
  expect(await report(system, { noticeId: 'none' })).toEqual(['dropped']);
  expect(await report(system, { noticeId, userId: other })).toEqual(['dropped']);
  await system.pay(other);
  expect(await report(system, { noticeId, userId: other })).toEqual(['dropped']);
  expect(system.noticeReports()).toEqual([]);
});

test('what was delivered before it was given is dropped; clocks may differ by five minutes', async () => {
  const { system, noticeId, givenAt } = await announced();
  expect(await report(system, { noticeId, deliveredAt: givenAt - 5 * minuteMs - 1 })).toEqual(['dropped']);
  expect(await report(system, { noticeId, deliveredAt: givenAt - 5 * minuteMs })).toEqual(['kept']);
});
