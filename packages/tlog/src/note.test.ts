import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as browser from './browser.ts';
import { decodeBase64, encodeBase64, encodeHex, encodeUtf8 } from './bytes.ts';
import { formatCheckpoint, parseCheckpoint } from './checkpoint.ts';
import { cosignatureMessage, parseCosignature } from './cosignature.ts';
import { TlogError } from './errors.ts';
import { formatSignerKey, formatVerifierKey, makeVerifierKey, SIGNATURE_TYPE } from './key.ts';
import { createCosigner, createSigner, openNote, parseSignerKey, parseVerifierKey, sha256, signNote } from './node.ts';
import { parseNote } from './note.ts';
import { bytesOf, vectors } from './test-vectors.ts';

describe('verifier keys', () => {
  it.each(vectors.note_vkeys.good)('reads $vkey', async ({ vkey }) => {
    const key = parseVerifierKey(vkey);
    expect(formatVerifierKey(key)).toBe(vkey);
    expect(await browser.parseVerifierKey(vkey)).toEqual(key);
  });

  it.each(vectors.note_vkeys.bad)('refuses: $why', async ({ vkey }) => {
    expect(() => parseVerifierKey(vkey)).toThrow(TlogError);
    await expect(browser.parseVerifierKey(vkey)).rejects.toThrow(TlogError);
  });

  it.each(vectors.note_skeys)('reads the signer key of $vkey', ({ skey, vkey }) => {
    const key = parseSignerKey(skey);
    expect(formatSignerKey(key)).toBe(skey);
    expect(formatVerifierKey(createSigner(key.name, key.seed).key)).toBe(vkey);
    expect(() => parseSignerKey(skey.replace(/\+[0-9a-f]{8}\+/, '+00000000+'))).toThrow('does not belong');
  });
});

describe('signed notes', () => {
  it.each(vectors.note_open)('opens or refuses: $name', async ({ msg, msg_b64, vkeys, ok, verified }) => {
    const note = msg ?? bytesOf(msg_b64 ?? '');
    const keys = vkeys.map(parseVerifierKey);
    if (!ok) {
      expect(() => openNote(note, keys)).toThrow(TlogError);
      await expect(browser.openNote(note, keys)).rejects.toThrow(TlogError);
      return;
    }
    const opened = openNote(note, keys);
    expect(opened.verified).toHaveLength(verified ?? -1);
    expect(await browser.openNote(note, keys)).toEqual(opened);
  });

  it.each(vectors.note_sign)('signs as Go does', ({ skey, text, msg }) => {
    const { name, seed } = parseSignerKey(skey);
    expect(signNote(text, [createSigner(name, seed)])).toBe(msg);
  });

  it('verifies an ECDSA checkpoint with an extension line', () => {
    const { spki_b64, msg } = vectors.checkpoints.rekor_legacy;
    const { name } = parseNote(msg).signatures[0] ?? { name: '' };
    const key = makeVerifierKey(sha256, name, SIGNATURE_TYPE.ecdsa, bytesOf(spki_b64));
    const opened = openNote(msg, [parseVerifierKey(formatVerifierKey(key))]);
    expect(parseCheckpoint(opened.text)).toMatchObject({ size: 21428036, extensions: ['Timestamp: 1688058656037355364'] });
    expect(() => openNote(msg.replace('21428036', '21428037'), [key])).toThrow('has not made');
  });

  it('accepts sixteen signers, and a text that holds blank lines', () => {
    const signers = Array.from({ length: 16 }, (_, at) => createSigner(`log-${at}`, new Uint8Array(32).fill(at)));
    const note = signNote('one\n\ntwo\n\n\u2014 not a signature\n', signers);
    const opened = openNote(
      note,
      signers.map((signer) => signer.key),
    );
    expect(opened.verified).toHaveLength(16);
    expect(opened.text).toBe('one\n\ntwo\n\n\u2014 not a signature\n');
  });

  it('treats the same name with another id as an unknown key', () => {
    const note = signNote('text\n', [createSigner('log', new Uint8Array(32).fill(1))]);
    const { key } = createSigner('log', new Uint8Array(32).fill(2));
    expect(() => openNote(note, [key])).toThrow('no known key');
  });

  it('never throws anything but its own errors on arbitrary input', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.uint8Array(),
          fc.string().map((s) => `${s}\n\n\u2014 ${s} ${btoa('12345')}\n`),
        ),
        (note) => {
          try {
            parseNote(note);
          } catch (error) {
            expect(error).toBeInstanceOf(TlogError);
          }
        },
      ),
    );
  });

  it('opens what it signs, and nothing after a change of one byte', () => {
    const signer = createSigner('example.com/log', new Uint8Array(32).fill(7));
    fc.assert(
      fc.property(fc.stringMatching(/^[ -~]{1,40}$/), fc.nat(), (line, at) => {
        const note = encodeUtf8(signNote(`${line}\n`, [signer]));
        expect(openNote(note, [signer.key]).text).toBe(`${line}\n`);
        const broken = note.slice();
        broken[at % note.length] = (broken[at % note.length] ?? 0) ^ 0x01;
        expect(() => openNote(broken, [signer.key])).toThrow(TlogError);
      }),
    );
  });
});

describe('checkpoints', () => {
  it.each(vectors.checkpoints.parse_ok)('reads and writes $origin', ({ text, origin, size }) => {
    const checkpoint = parseCheckpoint(text);
    expect(checkpoint).toMatchObject({ origin, size, extensions: [] });
    expect(formatCheckpoint(checkpoint)).toBe(text);
  });

  it.each(vectors.checkpoints.parse_bad)('refuses %j', (text) => {
    expect(() => parseCheckpoint(text)).toThrow(TlogError);
  });
});

describe('cosignatures', () => {
  it.each(vectors.cosignature_ts)('reads the time of $key_id', ({ sig_b64, key_id, timestamp }) => {
    const bytes = bytesOf(sig_b64);
    expect(encodeHex(bytes.subarray(0, 4))).toBe(key_id);
    expect(parseCosignature({ signature: bytes.subarray(4) }).time).toBe(timestamp);
  });

  it('signs the message of the specification', () => {
    const { checkpoint_body, timestamp, message, sig_line_b64 } = vectors.cosignature_message_example;
    expect(new TextDecoder().decode(cosignatureMessage(timestamp, checkpoint_body))).toBe(message);
    expect(parseCosignature({ signature: bytesOf(sig_line_b64).subarray(4) }).time).toBe(timestamp);
  });

  it.each(vectors.cosignature_verified)(
    'makes and verifies $note',
    async ({ witness_seed_hex, witness_vkey, log_vkey, timestamp, msg }) => {
      const keys = [log_vkey, witness_vkey].map(parseVerifierKey);
      const opened = openNote(msg, keys);
      expect(opened.verified).toHaveLength(2);
      expect(await browser.openNote(msg, keys)).toEqual(opened);
      const witness = createCosigner('witness.example/w1', Buffer.from(witness_seed_hex, 'hex'), () => timestamp * 1000 + 999);
      expect(formatVerifierKey(witness.key)).toBe(witness_vkey);
      expect(witness.sign(opened.text)).toEqual(opened.verified[1]);
      expect(() => openNote(msg.replace('\n15\n', '\n16\n'), keys)).toThrow('has not made');
    },
  );
});

describe('base64', () => {
  it('has one spelling a value', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(decodeBase64(encodeBase64(bytes))).toEqual(bytes);
      }),
    );
    for (const text of ['AA', 'AA=', 'AB==', 'A===', 'AA==\n', ' AA==', 'AA-_', '====']) expect(decodeBase64(text)).toBeNull();
  });
});
