/** What is wrong with a field of the set-up form; null when nothing is. */
export interface SetupProblems {
  readonly username: 'setup.usernameShort' | 'setup.usernameLetters' | null;
  readonly password: 'setup.passwordShort' | 'setup.passwordIsName' | null;
  readonly repeat: 'setup.repeatDiffers' | null;
}

export interface SetupFields {
  readonly username: string;
  readonly password: string;
  readonly repeat: string;
}

/** The rules that can be told without the server; it checks them again, and common passwords besides. */
export function setupProblems({ username, password, repeat }: SetupFields, minimumLength: number): SetupProblems {
  const short = [...password].length < minimumLength;
  return {
    username:
      username.length < 2 ? 'setup.usernameShort' : /^[A-Za-z0-9_.@-]{2,64}$/.test(username) ? null : 'setup.usernameLetters',
    password: short ? 'setup.passwordShort' : password.toLowerCase() === username.toLowerCase() ? 'setup.passwordIsName' : null,
    repeat: repeat === password ? null : 'setup.repeatDiffers',
  };
}

/** The token in a set-up link's fragment: there it reaches no server log and no referrer. */
export function tokenOfFragment(hash: string): string | null {
  const token = new URLSearchParams(hash.replace(/^#/, '')).get('token');
  return token !== null && token.length >= 16 && token.length <= 200 ? token : null;
}
