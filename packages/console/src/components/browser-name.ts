const browsers = [
  ['Edge', /\bEdg\/(\d{1,4})/],
  ['Opera', /\bOPR\/(\d{1,4})/],
  ['WeChat', /\bMicroMessenger\/(\d{1,4})/],
  ['Chrome', /\bChrome\/(\d{1,4})/],
  ['Firefox', /\bFirefox\/(\d{1,4})/],
  ['Safari', /\bVersion\/(\d{1,4})[\d.]{0,16} (?:Mobile\/\w{1,12} )?Safari\//],
] as const;

const systems = [
  ['HarmonyOS', /HarmonyOS|OpenHarmony/],
  ['Android', /Android/],
  ['iPhone', /iPhone/],
  ['iPad', /iPad/],
  ['Windows', /Windows NT/],
  ['macOS', /Macintosh/],
  ['Linux', /Linux/],
] as const;

const longest = 512;

/** Browser and system of a User-Agent, as a person would say them; null where it is neither of those. The header is anybody's to write. */
export function browserName(userAgent: string): string | null {
  const text = userAgent.slice(0, longest);
  const system = systems.find(([, pattern]) => pattern.test(text))?.[0];
  for (const [name, pattern] of browsers) {
    const version = pattern.exec(text)?.[1];
    if (version !== undefined) return [`${name} ${version}`, system].filter((part) => part !== undefined).join(' · ');
  }
  return null;
}
