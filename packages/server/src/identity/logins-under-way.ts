/** A login between its first and its last step. */
export interface LoginUnderWay {
  /** Set when its person is revoked meanwhile: the session that it was to open must not be. */
  readonly refused: boolean;
  end(): void;
}

/** The logins of this node that have begun and not ended, so that a revocation reaches them too. */
export class LoginsUnderWay {
  readonly #byPerson = new Map<string, Set<{ readonly began: number; refused: boolean }>>();

  /** @param began epoch ms */
  begin(uid: string, began: number): LoginUnderWay {
    const login = {
      began,
      refused: false,
      end: (): void => {
        const logins = this.#byPerson.get(uid);
        logins?.delete(login);
        if (logins?.size === 0) this.#byPerson.delete(uid);
      },
    };
    const logins = this.#byPerson.get(uid) ?? new Set();
    this.#byPerson.set(uid, logins.add(login));
    return login;
  }

  /** Refuses every login of a person that had begun at a time, epoch ms. */
  refuse(uid: string, at: number): void {
    for (const login of this.#byPerson.get(uid) ?? []) if (login.began <= at) login.refused = true;
  }
}
