/** A fault as Prometheus sees it, and what must come of it. Samples are a minute apart. */
export type AlertCase = {
  readonly alert: string;
  /** Series → values in the notation of promtool: `0+2x5` is 0, 2, 4, …; `_` is a missing one. */
  readonly series: Readonly<Record<string, string>>;
  readonly quietAt: string;
  readonly firesAt: string;
  /** The labels by which it names what is wrong. */
  readonly labels?: Readonly<Record<string, string>>;
  /** After the fault is gone. */
  readonly overAt: string;
};

/** Nothing for ten minutes, the fault for half an hour, then nothing for an hour. */
const gauge = (fault: number): string => `0x9 ${fault}x29 0x59`;
/** A counter that stands still, grows each minute, and stands still. */
const counter = (each = 1): string => `0x9 0+${each}x29 ${each * 29}x59`;
const always = '1x100';
const times = { quietAt: '9m', firesAt: '35m', overAt: '95m' };

const consumers = ['commands', 'hints', 'keeper', 'letters'];

/** Each alert, made to fire and to fall silent. */
export const alertCases: readonly AlertCase[] = [
  {
    alert: 'BillingAccessLate',
    series: {
      'billing_paid_to_access_seconds_bucket{le="30",kind="checkout"}': '0+10x9 90x29 90+10x59',
      'billing_paid_to_access_seconds_bucket{le="120",kind="checkout"}': '0+10x100',
      'billing_paid_to_access_seconds_bucket{le="+Inf",kind="checkout"}': '0+10x100',
    },
    ...times,
  },
  {
    alert: 'BillingContradiction',
    series: { 'billing_invariant_violations_total{rule="contradiction"}': '0x9 1x90' },
    ...{ ...times, firesAt: '15m', overAt: '45m' },
    labels: { rule: 'contradiction' },
  },
  {
    alert: 'BillingBooksDiffer',
    series: {
      'billing_job_last_counts{count="reconcile-recent.absent_there"}': gauge(1),
      'billing_job_last_counts{count="reconcile-recent.foreign"}': '5x100',
    },
    ...times,
    labels: { count: 'reconcile-recent.absent_there' },
  },
  {
    alert: 'BillingPersonNeeded',
    series: {
      'billing_work_items{state="held",pod="jobs-1"}': gauge(2),
      'billing_work_items{state="held",pod="jobs-2"}': gauge(2),
      'billing_work_items{state="unknown",pod="jobs-1"}': '9x100',
    },
    ...times,
    labels: { state: 'held' },
  },
  {
    alert: 'BillingProviderFails',
    series: {
      'billing_provider_requests_total{operation="send",outcome="answered"}': '0+60x100',
      'billing_provider_requests_total{operation="send",outcome="unknown"}': counter(30),
      'billing_provider_requests_total{operation="read",outcome="unavailable"}': '0+90x100',
    },
    ...times,
  },
  {
    alert: 'BillingShopDeclined',
    series: {
      'billing_declines_total{class="merchant"}': '0x9 1x90',
      'billing_declines_total{class="soft_funds"}': '0+9x100',
    },
    ...{ ...times, firesAt: '15m', overAt: '45m' },
  },
  {
    alert: 'BillingLag',
    series: {
      'billing_consumer_lag{group="billing-hints",topic="billing.hints.v1"}': gauge(900),
      'billing_consumer_lag{group="billing-timers",topic="billing.timers.v1"}': '80x100',
    },
    ...times,
    labels: { group: 'billing-hints', topic: 'billing.hints.v1' },
  },
  {
    alert: 'BillingPartitionRests',
    series: { 'billing_messages_total{consumer="commands",outcome="unavailable"}': counter() },
    ...times,
    labels: { consumer: 'commands' },
  },
  {
    alert: 'BillingKeyBlocked',
    series: { 'billing_blocked_keys{consumer="commands"}': gauge(1) },
    ...times,
    labels: { consumer: 'commands' },
  },
  { alert: 'BillingDeadLetters', series: { billing_dead_letters_open: gauge(3) }, ...times },
  {
    alert: 'BillingTimersLate',
    series: {
      'billing_due_oldest_seconds{timer="subscription.renewal_due"}': '0x9 0+60x29 0x59',
      'billing_due_oldest_seconds{timer="subscription.expiry_due"}': '200x100',
    },
    ...times,
    labels: { timer: 'subscription.renewal_due' },
  },
  { alert: 'BillingFactsLate', series: { billing_outbox_oldest_seconds: gauge(200) }, ...times },
  {
    alert: 'BillingProcessMissing',
    series: {
      ...Object.fromEntries(consumers.map((name) => [`billing_blocked_keys{consumer="${name}"}`, '0x100'])),
      'billing_build_info{process="api",version="1.0.0"}': always,
      'billing_build_info{process="jobs",version="1.0.0"}': always,
      'billing_blocked_keys{consumer="timers"}': '0x9 _x29 0x59',
    },
    ...times,
    labels: { consumer: 'timers' },
  },
  {
    alert: 'BillingJobStalled',
    series: {
      'billing_job_runs_total{task="sweep-outbox",outcome="succeeded"}': '0+30x9 270x29 270+30x59',
      'billing_job_runs_total{task="announce-renewals",outcome="succeeded"}': '0+60x100',
    },
    ...times,
    labels: { task: 'sweep-outbox' },
  },
  {
    // A Prometheus that is new meets a long run: nothing is stalled before the job stands still.
    alert: 'BillingJobStalled',
    series: { 'billing_job_runs_total{task="reconcile-recent",outcome="succeeded"}': '1x7 2+30x10 302x29 332+30x59' },
    ...{ quietAt: '7m', firesAt: '45m', overAt: '95m' },
    labels: { task: 'reconcile-recent' },
  },
  {
    alert: 'BillingApiErrors',
    series: {
      'billing_http_requests_total{route="/",status="200"}': '0+60x100',
      'billing_http_requests_total{route="/",status="503"}': counter(30),
    },
    ...times,
  },
  {
    alert: 'BillingBlind',
    series: {
      'billing_sample_age_seconds{sample="database",pod="jobs-1"}': '9x9 30+60x29 9x59',
      'billing_sample_age_seconds{sample="database",pod="jobs-2"}': '9x9 30+60x29 9x59',
      'billing_sample_age_seconds{sample="kafka",pod="jobs-1"}': '9x9 30+60x29 9x59',
      'billing_sample_age_seconds{sample="kafka",pod="jobs-2"}': '9x100',
    },
    ...times,
    labels: { sample: 'database' },
  },
];
