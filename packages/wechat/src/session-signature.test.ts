import { describe, expect, it } from 'vitest';
import { sessionSignature } from './session-signature.ts';
import { readFixture } from './testing/fixture.ts';

interface SessionSignatureVectors {
  session_signature: {
    session_key: string;
    post_body_example: { message: string; signature: string };
    empty_message: { message: string; signature: string };
  };
}

const { session_signature: vector } = readFixture<SessionSignatureVectors>('session-signature');

describe('session signature', () => {
  it.each([vector.post_body_example, vector.empty_message])('equals the published one for $message', ({ message, signature }) => {
    expect(sessionSignature(vector.session_key, message)).toBe(signature);
    expect(sessionSignature(vector.session_key, Buffer.from(message))).toBe(signature);
  });

  it('refuses what is not a session key', () => {
    expect(() => sessionSignature('secret', '')).toThrow(expect.objectContaining({ code: 'session_key_invalid' }));
  });
});
