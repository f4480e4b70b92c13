import { generateKeyPairSync, verify } from 'node:crypto';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../audit/canonical-json.ts';
import { createKeys } from '../../keys/master.ts';
import { holds, keyId } from '../../keys/proof-signer.ts';
import { fixedSigner } from '../../keys/proofs/testing.ts';
import { metaMigrations } from '../../store/meta-tables.ts';
import { describeEachStore } from '../../store/testing.ts';
import { openLibrary } from '../courses/library.ts';
import { trainMigrations } from '../tables.ts';
import { createCertificateService } from './service.ts';
import { createCertificateStore } from './store.ts';

const start = Date.UTC(2026, 0, 31, 15);
const holder = { uid: 'zhang', name: '张三丰测试' };

describeEachStore((open) => {
  describe('certificates', () => {
    async function service() {
      const store = await open({ migrations: [...metaMigrations, ...trainMigrations] });
      const random = (size: number): Uint8Array => crypto.getRandomValues(new Uint8Array(size));
      const keys = createKeys(new Uint8Array(32).fill(5), random);
      const events: string[] = [];
      const clock = { now: start };
      const certificates = createCertificateService({
        store: createCertificateStore(store, keys),
        signer: fixedSigner(keys.derive('test')),
        issuer: () => ({ zh: '测试公司', en: 'Test' }),
        audit: { record: async (event) => events.push(event), act: async (_by, _act, perform) => await perform() },
        clock: () => clock.now,
        random,
      });
      const course = openLibrary().courses.get('phishing');
      if (course === undefined) throw new Error('no course');
      return { store, certificates, course, events, clock };
    }

    it('hold by a key that was had another way, and not when a letter is changed', async () => {
      const { certificates, course } = await service();
      const { id } = await certificates.issue(holder, course, 92, []);
      const { file, publicKey, certificate } = await certificates.verify(id);
      // Verified here as a stranger would: by the standard library alone.
      expect(verify(null, Buffer.from(file.statement), publicKey, Buffer.from(file.signature, 'base64url'))).toBe(true);
      expect(file.statement).toBe(canonicalJson(certificate));
      expect(certificate).toMatchObject({
        holder: holder.name,
        score: 92,
        issued: '2026-01-31',
        expires: '2027-01-31',
        key: keyId(publicKey),
      });
      for (const changed of [
        file.statement.replace('92', '99'),
        file.statement.replace('张三丰', '李四'),
        file.statement.replace('2027', '2037'),
        `${file.statement} `,
      ])
        expect(holds(changed, file.signature, publicKey)).toBe(false);
      const other = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString();
      const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 })
        .publicKey.export({ type: 'spki', format: 'pem' })
        .toString();
      for (const key of [other, rsa, 'no key']) expect(holds(file.statement, file.signature, key)).toBe(false);
      expect(holds(file.statement, '', publicKey)).toBe(false);
    });

    it('have numbers that nobody guesses, and are recorded before they exist', async () => {
      const { certificates, course, events } = await service();
      const ids = await Promise.all(Array.from({ length: 5 }, async () => (await certificates.issue(holder, course, 80, [])).id));
      expect(new Set(ids).size).toBe(5);
      for (const id of ids) expect(id).toMatch(/^tc_[\w-]{22}$/);
      expect(events.length).toBe(5);
      expect(events.join()).not.toContain(holder.name);
    });

    it('keep the name of their holder sealed in the store', async () => {
      const { certificates, course, store } = await service();
      await certificates.issue(holder, course, 80, []);
      const { rows } = await sql<Record<string, unknown>>`select * from training_certificates`.execute(store.db);
      for (const value of Object.values(rows[0] ?? {}))
        expect(Buffer.from(value instanceof Uint8Array ? value : String(value)).includes(Buffer.from(holder.name))).toBe(false);
    });

    it('expire, are revoked once and for good, and end at the last of a month that has no such day', async () => {
      const { certificates, course, clock } = await service();
      const monthly = { ...course, valid: 1 };
      const { id, expires } = await certificates.issue(holder, monthly, 80, []);
      expect(new Date(expires).toISOString()).toBe('2026-02-28T15:00:00.000Z');
      expect((await certificates.verify(id)).state).toBe('valid');
      clock.now = expires;
      expect((await certificates.verify(id)).state).toBe('expired');
      expect((await certificates.ofPerson(holder.uid)).size).toBe(0);
      await certificates.revoke(id, 'cheated', 'test');
      expect((await certificates.verify(id)).state).toBe('revoked');
      await expect(certificates.revoke(id, 'again', 'test')).rejects.toMatchObject({ code: 'not_found' });
      await expect(certificates.verify(`tc_${'A'.repeat(22)}`)).rejects.toMatchObject({ code: 'not_found' });
    });
  });
});
