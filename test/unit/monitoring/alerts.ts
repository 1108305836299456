import { parse } from 'yaml';
import { textOf } from '../containers/project.ts';

export type Alert = {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: { readonly summary: string; readonly runbook: string };
};

export const alertsFile = 'k8s/components/monitoring/alerts.yaml';

type Rules = { readonly groups: readonly { readonly rules: readonly Alert[] }[] };

/** Every rule of the file. */
export const alerts: readonly Alert[] = (parse(textOf(alertsFile)) as Rules).groups.flatMap(({ rules }) => rules);
