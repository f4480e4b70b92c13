import type { Activity, Place } from './model.ts';
import { createClassifier, outcomeOf } from './vocabulary.ts';

const maxText = 512;

type Members = Readonly<Record<string, unknown>>;

const text = (value: unknown): string | null => {
  if (typeof value === 'string') return value === '' ? null : value.length > maxText ? value.slice(0, maxText) : value;
  return typeof value === 'number' ? String(value) : null;
};

const number = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null);

/** A time as epoch ms or seconds, a number or digits, or ISO 8601. */
export function readTime(value: unknown): number | null {
  if (typeof value === 'number') return value > 1e11 ? value : value > 1e8 ? value * 1_000 : null;
  if (typeof value !== 'string') return null;
  if (/^\d{9,14}$/.test(value)) return readTime(Number(value));
  const parsed = value.length > 40 ? Number.NaN : Date.parse(value);
  return Number.isNaN(parsed) ? null : parsed;
}

function readPlace(value: unknown): Place | null {
  if (typeof value !== 'object' || value === null) return null;
  const { city, country, lat, lon } = value as Members;
  const here = { city: text(city) ?? '', country: text(country) ?? '', lat: number(lat), lon: number(lon) };
  return here.city === '' && here.country === '' && here.lat === null ? null : here;
}

/** Reads activity events; `read` returns null for what is none: no object, or without a time or an action. */
export function createActivityReader(): (value: unknown, fallbackId: string) => Activity | null {
  const classify = createClassifier();
  return (value, fallbackId) => {
    if (typeof value !== 'object' || value === null) return null;
    const raw = value as Members;
    const ts = readTime(raw['ts']);
    const action = text(raw['action']) ?? text(raw['endpoint']);
    if (ts === null || action === null) return null;
    const status = number(raw['status']);
    const reason = text(raw['reason']);
    const result = raw['result'];
    const method = text(raw['method']);
    const path = text(raw['path']);
    const endpoint = text(raw['endpoint']);
    return {
      id: text(raw['id']) ?? fallbackId,
      ts,
      user: text(raw['user']),
      dept: text(raw['dept']),
      role: text(raw['role']),
      session: text(raw['session']),
      device: text(raw['device']),
      deviceIsKind: raw['device_is_kind'] === true,
      model: text(raw['model']),
      ip: text(raw['ip']),
      place: readPlace(raw['geo']),
      client: text(raw['client']),
      action,
      method,
      path,
      endpoint,
      object: text(raw['object']),
      ownerDept: text(raw['object_owner_dept']),
      status,
      reason,
      bytesOut: number(raw['bytes_out']),
      rows: number(raw['rows']),
      amountCents: number(raw['amount_cents']),
      campaign: text(raw['campaign']),
      nonce: text(raw['nonce']),
      clientTs: readTime(raw['client_ts']),
      sigOk: typeof raw['sig_ok'] === 'boolean' ? raw['sig_ok'] : null,
      kind: classify(action, method, endpoint),
      outcome: outcomeOf(typeof result === 'boolean' ? String(result) : text(result), status, reason),
    };
  };
}
