import { expect, test } from '@jest/globals';
import { scenesOf, triedAlerts } from '../../alerts/scenes.ts';
import { factorOf, shortenRules } from '../../alerts/shorten-rules.ts';
import { textOf } from '../containers/project.ts';
import { alerts, alertsFile } from './alerts.ts';

const shortened = shortenRules(textOf(alertsFile)).groups.flatMap(({ rules }) => rules);
const durations = /\[\d+[ms]\]/g;

test('npm run alerts tries every alert, each in one scene', () => {
  expect([...triedAlerts].sort()).toEqual(alerts.map(({ alert }) => alert).sort());
  expect(scenesOf([]).flat(2)).toHaveLength(scenesOf(triedAlerts).flat(2).length);
});

test.each(alerts)('$alert is tried with its durations alone made shorter', ({ alert, expr }) => {
  const short = shortened.find((rule) => rule.alert === alert);
  expect(short?.expr.replaceAll(durations, '[]')).toBe(expr.replaceAll(durations, '[]'));
  expect(short?.expr.match(durations)).toEqual(
    expr.match(durations)?.map((window) => `[${(Number(window.slice(1, -2)) * 60) / factorOf(alert)}s]`) ?? null,
  );
});
