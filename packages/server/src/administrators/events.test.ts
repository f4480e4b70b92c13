import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../audit/events.ts';
import { ocsfProblems } from '../audit/testing-ocsf.ts';
import { type AdministratorChange, administratorChangeEvent, consoleRefusalEvent } from './events.ts';

const activities: readonly AdministratorChange[] = [
  'create',
  'enable',
  'password_change',
  'password_reset',
  'disable',
  'mfa_enable',
  'mfa_disable',
  'mfa_reset',
  'recovery_codes',
  'invite',
  'invitation_revoked',
  'bind',
  'unbind',
  'addresses',
  'single_operator',
  'separate',
];

describe('events of administrators', () => {
  it.each(activities)('%s is OCSF and canonical', (activity) => {
    const text = administratorChangeEvent({
      time: 1,
      activity,
      target: 'anquan',
      by: 'xitong',
      address: '198.51.100.1',
      reason: 'x'.repeat(500),
      detail: { kind: 'totp' },
    });
    const event = JSON.parse(text) as { unmapped: { menshen: { action: string; reason: string } } };
    expect(ocsfProblems(event)).toEqual([]);
    expect(canonicalJson(event)).toBe(text);
    expect(event.unmapped.menshen).toMatchObject({ action: `administrator.${activity}`, reason: 'x'.repeat(300) });
  });

  it.each(['GET', 'POST', 'PUT', 'DELETE'])('a refused %s is OCSF and canonical', (method) => {
    const text = consoleRefusalEvent({
      time: 1,
      requestId: 'r1234567',
      operation: 'setMode',
      method,
      path: '/api/v1/mode',
      by: 'shenji',
      address: '198.51.100.1',
      code: 'power_not_held',
    });
    expect(ocsfProblems(JSON.parse(text))).toEqual([]);
    expect(canonicalJson(JSON.parse(text))).toBe(text);
  });
});
