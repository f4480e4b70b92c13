/** The gateway does not know the session (any more): a new login can help. All come with status 401, before anything is forwarded. */
export const sessionRefusals = ['session_missing', 'session_invalid', 'session_expired', 'session_revoked'] as const;

/** Whether the refusal says that the session is gone. */
export function isSessionRefusal(code: string): boolean {
  return (sessionRefusals as readonly string[]).indexOf(code) !== -1;
}
