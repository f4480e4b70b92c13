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
  metrics.describe(
    'menshen_phone_challenges_total',
    'counter',
    'Phone checks of customers by outcome: issued, passed, refused, and unavailable where WeChat or a quota left them undecided.',
  );
  metrics.describe('menshen_factor_notices_total', 'counter', 'Notices of changes to second factors by outcome.');
  metrics.describe(
    'menshen_incidents_total',
    'counter',
    'Incidents by how a source ended: opened, merged, known; and by severity.',
  );
  metrics.describe(
    'menshen_incident_failures_total',
    'counter',
    'Alerts that could not become incidents at once; they are tried again.',
  );
  metrics.describe('menshen_measures_total', 'counter', 'Measures of containment by kind: applied, lifted, expired.');
  metrics.describe(
    'menshen_app_secret_overlap_total',
    'counter',
    'Calls to WeChat and WeCom while a replaced secret overlaps, by the one that was taken: current, previous.',
  );
  metrics.describe(
    'menshen_approval_cards_total',
    'counter',
    'Cards with buttons for approvals, by what became of them: sent, unsent, approved, declined, refused.',
  );
  metrics.describe(
    'menshen_reopening_moves_total',
    'counter',
    'Moves of measures that are taken back in steps, by the state that they led to and what made them: a person, or a sign of the watch.',
  );
  metrics.describe('menshen_contained_total', 'counter', 'Requests, logins and sockets that measures have stopped, by kind.');
  metrics.describe(
    'menshen_app_version_refusals_total',
    'counter',
    'Versions of mini programs that were not accepted, or would not be in monitor mode, by app.',
  );
  metrics.describe('menshen_recovery_failures_total', 'counter', 'Backups and restore drills that failed, by kind.');
  metrics.describe('menshen_notices_sent_total', 'counter', 'Notices that a channel took.');
  metrics.describe('menshen_bulletins_sent_total', 'counter', 'Security bulletins that a person was sent.');
  metrics.describe('menshen_bulletin_failures_total', 'counter', 'Tries to send a bulletin that did not succeed.');
  metrics.describe('menshen_bulletin_unsubscribes_total', 'counter', 'People who turned bulletins off by the link of a mail.');
  metrics.describe('menshen_training_reminders_total', 'counter', 'Reminders of training that a person was sent.');
  metrics.describe('menshen_training_bounces_total', 'counter', 'Reports of returned mail by what they said.');
  metrics.describe('menshen_training_labs_total', 'counter', 'Sandboxes of labs by what became of them; passed counts people.');
  metrics.describe('menshen_notice_failures_total', 'counter', 'Notices that a channel did not take, each try.');
  metrics.describe('menshen_inspection_requests_total', 'counter', 'Requests that were inspected for attacks.');
  metrics.describe('menshen_inspection_microseconds_total', 'counter', 'Time that inspection for attacks took.');
  metrics.describe('menshen_inspection_blocked_total', 'counter', 'Requests blocked as attacks, by class.');
  metrics.describe('menshen_inspection_would_block_total', 'counter', 'Attacks that were only noted, by class.');
  metrics.describe('menshen_inspection_excepted_total', 'counter', 'Requests that passed because of an exception.');
  metrics.describe('menshen_inspection_budget_total', 'counter', 'Requests whose inspection did not reach their end.');
  metrics.describe(
    'menshen_scans_total',
    'counter',
    'Results of scans that were taken, by what set them off and whether they were whole.',
  );
  metrics.describe('menshen_scan_failures_total', 'counter', 'Scans of source folders that came to nothing, by reason.');
  metrics.describe('menshen_alerts_total', 'counter', 'Alerts of detection by rule and severity.');
  metrics.describe('menshen_alert_verdicts_total', 'counter', 'Judged alerts by rule and verdict.');
  metrics.describe('menshen_detection_failures_total', 'counter', 'Deaths of the detection thread.');
  metrics.describe(
    'menshen_detection_alone_total',
    'counter',
    'Arrivals in windows of correlations that other nodes did not see, because Redis did not answer.',
  );
  metrics.describe('menshen_guard_acts_total', 'counter', 'Claims, redemptions and refunds of campaigns by outcome.');
  metrics.describe('menshen_guard_violations_total', 'counter', 'Broken rules of campaigns, by side and code.');
  metrics.describe('menshen_guard_stops_total', 'counter', 'Campaigns that stopped themselves.');
  metrics.describe('menshen_guard_failures_total', 'counter', 'Reservations that could not be given back at once.');
  metrics.describe('menshen_answer_leaks_total', 'counter', 'Answers that held what they should not, by kind and action.');
  metrics.describe('menshen_bulk_reads_total', 'counter', 'Alarms for reading far more personal values than usual.');
  metrics.describe('menshen_data_answers_dropped_total', 'counter', 'Answers that the data inventory had no room for.');
  metrics.describe('menshen_seal_values_total', 'counter', 'Values of sealed fields by operation.');
  metrics.describe('menshen_seal_broken_total', 'counter', 'Sealed records that did not open at their place.');
  metrics.describe('menshen_seal_limited_total', 'counter', 'Batches refused because a token asked for too many values.');
  metrics.describe('menshen_uploads_total', 'counter', 'Files that passed, by type.');
  metrics.describe(
    'menshen_upload_findings_total',
    'counter',
    'What was found in uploaded files, by rule, refused or only noted.',
  );
  metrics.describe('menshen_upload_scans_total', 'counter', 'Scans of files for malware, by verdict.');
  metrics.describe('menshen_media_checks_total', 'counter', 'Files that WeChat was asked about.');
  metrics.describe('menshen_media_check_results_total', 'counter', 'What WeChat said of files, by result.');
  metrics.describe(
    'menshen_media_check_failures_total',
    'counter',
    'Questions about files that did not reach WeChat or its answer the backend.',
  );
  metrics.describe(
    'menshen_rich_text_cleaned_total',
    'counter',
    'Requests and answers in whose rich text a script or handler was found, by way.',
  );
  metrics.describe('menshen_playbook_runs_total', 'counter', 'Runs of playbooks that began, by playbook and trigger.');
  metrics.describe('menshen_playbook_runs_failed_total', 'counter', 'Runs of playbooks that did not end well, by playbook.');
  metrics.describe(
    'menshen_playbook_failures_total',
    'counter',
    'Rounds of the playbook runner that broke off; they are taken up again.',
  );
  metrics.describe('menshen_schema_failures_total', 'counter', 'Learned schemas that could not be compiled.');
  metrics.describe(
    'menshen_shared_limit_failures_total',
    'counter',
    'Takes from shared limits that the coordination service did not answer.',
  );
  metrics.describe('menshen_erasures_replayed_total', 'counter', 'Starts at which erasures were done again on an older store.');
  metrics.describe('menshen_audit_failures_total', 'counter', 'Records that could not be made durable.');
  metrics.describe('menshen_internal_errors_total', 'counter', 'Requests that met a fault of ours.');
}
