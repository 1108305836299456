import { globSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { commandsIn } from '../../support/documented-commands.ts';
import { kubectlMistakes } from '../../support/kubectl-command.ts';

const pages = ['*.md', 'docs/**/*.md'].flatMap((pattern) => globSync(pattern));
const shown = pages.flatMap((page) =>
  commandsIn(readFileSync(page, 'utf8'))
    .filter((command) => command.startsWith('kubectl '))
    .map((command) => [page, command] as const),
);

test.each(shown)('%s: %s is a command for what there is', (_page, command) => {
  expect(kubectlMistakes(command)).toEqual([]);
});

test('commands are found on many pages', () => {
  expect(new Set(shown.map(([page]) => page)).size).toBeGreaterThan(10);
});

test.each([
  ['kubectl delete namespace cinema-billing', ['kubectl delete namespace cinema-billing']],
  ['kubectl scale deploy/cinema-billing-api --replica=6', ['kubectl scale deploy/cinema-billing-api --replica=6']],
  ['kubectl logs deploy/cinema-billing-consumers --all-pods --since=1h', ['cinema-billing-consumers']],
  ['kubectl get pods -l app.kubernetes.io/component=cron', ['cron']],
  ['kubectl create job staff --from=cronjob/cinema-billing-people', ['people']],
  ['kubectl exec job/staff -- node src/restored.ts', ['src/restored.ts']],
  ['kubectl exec job/restored -- node src/admin.ts list held', ['src/admin.ts']],
  [
    'kubectl exec deploy/cinema-billing-jobs -- node src/admin.ts list held',
    ['kubectl exec deploy/cinema-billing-jobs -- node src/admin.ts list held'],
  ],
  ['kubectl annotate scaledobject cinema-billing-api autoscaling.keda.sh/paused-replicas=0', ['cinema-billing-api']],
])('%s is noticed', (command, mistakes) => {
  expect(kubectlMistakes(command)).toEqual(mistakes);
});
