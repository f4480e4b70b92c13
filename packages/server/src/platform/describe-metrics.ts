import type { Metrics } from '../gateway/metrics.ts';

/** What each counter of a node means, as Prometheus shows it. */
export function describeMetrics(metrics: Metrics): void {
  metrics.describe('menshen_requests_total', 'counter', 'Requests through the pipeline by app and outcome.');
  metrics.describe('menshen_refusals_total', 'counter', 'Refusals by reason code.');
  metrics.describe('menshen_logins_total', 'counter', 'Sign-ins of mini program users by outcome.');
  metrics.describe('menshen_admin_logins_total', 'counter', 'Sign-ins to the console by outcome.');
  metrics.describe(
    'menshen_admin_refusals_total',
    'counter',
    'Calls of the control plane refused for power, scope, approval or origin.',
  );
  metrics.describe('menshen_approvals_total', 'counter', 'Steps of approvals; forced is break-glass.');
  metrics.describe('menshen_api_token_refusals_total', 'counter', 'API tokens that were not valid.');
  metrics.describe('menshen_second_factors_total', 'counter', 'Second factors shown by outcome.');
  metrics.describe('menshen_sms_total', 'counter', 'Text messages by provider and outcome.');
  metrics.describe('menshen_factor_notices_total', 'counter', 'Notices of changes to second factors by outcome.');
  metrics.describe('menshen_audit_failures_total', 'counter', 'Records that could not be made durable.');
  metrics.describe('menshen_internal_errors_total', 'counter', 'Requests that met a fault of ours.');
}
