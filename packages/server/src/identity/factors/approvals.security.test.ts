import { createHash } from 'node:crypto';
import { operationDigest } from '@menshen/wire';
import { describe, expect, it } from 'vitest';
import { describeEachStore } from '../../store/testing.ts';
import { caller, createFactorBench, minute } from './testing.ts';

const sha256 = (data: Uint8Array): Uint8Array => createHash('sha256').update(data).digest();
const body = Buffer.from('{"bankCard":"6200000000000000000"}');
const operation = {
  method: 'PUT' as const,
  path: '/portal/api/employees/zhang/bank-card',
  query: '',
  bodySha256: createHash('sha256').update(body).digest('hex'),
};
const digest = operationDigest('PUT', operation.path, '', body, sha256);

describeEachStore((open) => {
  const approved = async () => {
    const bench = await createFactorBench(open);
    const session = await bench.login();
    const { secret } = await bench.enrolTotp(session);
    const plain = await bench.login();
    const { challenge } = await bench.service.challenge(plain, { purpose: 'approval', kind: 'totp', operation }, caller);
    const answer = await bench.service.verify(plain, { challenge, code: bench.code(secret) }, caller);
    if (answer.purpose !== 'approval') throw new Error('not an approval');
    return { bench, session: plain, other: session, token: answer.approval, answer };
  };

  describe('row 20: the approval of one operation', () => {
    it('is used up by the request it was given for, once', async () => {
      const { bench, session, token } = await approved();
      const uses = Array.from({ length: 20 }, () => bench.service.consumeApproval(token, session.sid, digest));
      expect((await Promise.all(uses)).filter(Boolean)).toHaveLength(1);
      expect(await bench.service.consumeApproval(token, session.sid, digest)).toBe(false);
    });

    it('is of no use for another request, another session, or with another token', async () => {
      const { bench, session, other, token } = await approved();
      const foreign = [
        operationDigest('PUT', operation.path, '', Buffer.from('{"bankCard":"6299999999999999999"}'), sha256),
        operationDigest('PUT', operation.path, 'x=1', body, sha256),
        operationDigest('PUT', '/portal/api/employees/li/bank-card', '', body, sha256),
        operationDigest('POST', operation.path, '', body, sha256),
      ];
      for (const each of foreign) expect(await bench.service.consumeApproval(token, session.sid, each)).toBe(false);
      expect(await bench.service.consumeApproval(token, other.sid, digest)).toBe(false);
      for (const forged of ['', 'map1.', `map1.${'A'.repeat(43)}`, `${token}A`, token.toLowerCase()]) {
        expect(await bench.service.consumeApproval(forged, session.sid, digest)).toBe(false);
      }
      // None of these has cost the person theirs.
      expect(await bench.service.consumeApproval(token, session.sid, digest)).toBe(true);
    });

    it('is good for five minutes', async () => {
      const { bench, session, token, answer } = await approved();
      expect(answer.expiresAt - bench.clock()).toBe(5 * minute);
      bench.advance(5 * minute);
      expect(await bench.service.consumeApproval(token, session.sid, digest)).toBe(false);
    });

    it('does not raise the session, and stands in the record with the operation', async () => {
      const { bench, session } = await approved();
      expect(bench.now(session)).toMatchObject({ assurance: 1, secondFactorAt: null, generation: 0 });
      const event = bench.events.at(-1) as { unmapped: { menshen: Record<string, unknown> } };
      expect(event.unmapped.menshen).toMatchObject({ purpose: 'approval', operation: digest, code: null });
    });

    it('is not kept as the client has it', async () => {
      const { bench, token } = await approved();
      const rows = await bench.store.db.selectFrom('factor_approvals').selectAll().execute();
      expect(rows).toHaveLength(1);
      expect(JSON.stringify(rows)).not.toContain(token.slice(5));
    });
  });
});
