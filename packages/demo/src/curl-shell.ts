/** The stories that the lines tell, each before and after. */
export type StoryId = 'stolen-login' | 'tampered-coupon' | 'stored-script' | 'manager' | 'leaver';

/** Lines of one story. */
export const inStory = (story: StoryId, lines: readonly Omit<CurlLine, 'story'>[]): readonly CurlLine[] =>
  lines.map((line) => ({ ...line, story }));

/** One line for a person to type, and what it shows. */
export interface CurlLine {
  /** The story that it belongs to; null for the first steps. */
  readonly story: StoryId | null;
  /** Stable name. */
  readonly id: string;
  /** One line for a POSIX shell. Later lines use the variables that earlier ones set. */
  readonly command: string;
  /** What it shows, and what the gateway answers. */
  readonly zh: string;
  readonly en: string;
}

/** Origins of the three servers, all on this machine. */
export interface CurlOrigins {
  readonly gateway: string;
  readonly emulator: string;
  readonly backend: string;
}

export const contentType = "-H 'Content-Type: application/json'";
/** Documentation addresses: the office in Shanghai, and a place 3,300 km away. */
export const atOffice = "-H 'X-Forwarded-For: 192.0.2.10'";
export const farAway = "-H 'X-Forwarded-For: 203.0.113.66' -H 'Accept-Language: zh-CN'";
/** Prints status line, headers and body, so that the refusal's status shows. */
export const curl = 'curl -sS -i';

/** A text as one word of a POSIX shell. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The option that sends JSON. */
export const json = (value: unknown): string => `${contentType} -d ${quote(JSON.stringify(value))}`;

/** The session of a shell variable. */
export const bearerOf = (variable: string): string => `-H "Authorization: Bearer $${variable}"`;

/** Sets a shell variable to a field of the JSON that a command prints; empty when the field is not there. */
export function assign(variable: string, command: string, field: string): string {
  return `${variable}=$(${command} | sed -nE 's/.*"${field}":"([^"]+)".*/\\1/p')`;
}

/** A one-time login code from the emulator, which stands for the person's phone. */
export function mintCode({ emulator }: CurlOrigins, person: string): string {
  return assign('CODE', `curl -sS ${quote(`${emulator}/_emulator/code`)} ${json({ channel: 'wecom', person })}`, 'code');
}

/** The body of a login with the code of the shell variable: double quotes let the shell put it in; JSON's own are escaped for it. */
export const loginBody = `-d "{\\"app\\":\\"portal\\",\\"channel\\":\\"wecom\\",\\"code\\":\\"$CODE\\"}"`;
