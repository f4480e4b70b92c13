/** Names by which a web server takes its settings. */
const settings =
  /^(?:\.ht(?:access|passwd|group)|\.user\.ini|php\.ini|web\.config|app\.config|\.env(?:\..{1,20})?|crossdomain\.xml|clientaccesspolicy\.xml)$/i;
/** Extensions that some web server runs. */
const served =
  /^(?:php[0-9]?|phps|phpt|pht|phtm|phtml|phar|pgif|inc|asp|aspx|asa|asax|ascx|ashx|asmx|axd|cdx|jsp|jspx|jspa|jspf|jsw|jsv|do|action|cfm|cfml|cfc|cgi|fcgi|pl|py|pyc|rb|lua|shtml|shtm|stm|war|ear)$/i;
/** Extensions that a desktop runs. */
export const runExtensions =
  /^(?:exe|dll|com|bat|cmd|msi|msp|msix|scr|pif|cpl|vbs|vbe|js|jse|mjs|wsf|wsh|wsc|hta|ps1|psm1|lnk|url|scf|inf|reg|sh|bash|jar|apk|app|dmg|pkg|deb|rpm|desktop|gadget|chm|hlp|iso|img|vhd|vhdx|one|application|settingcontent-ms|library-ms|search-ms|xll|xlam|ppam|wll|sct|jnlp|appref-ms|diagcab|msc)$/i;
const reserved = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9]|conin\$|conout\$)(?:\.|$)/i;
const controls = /[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

/** What speaks against a file's name; the rule, or null. */
export function fileNameRule(name: string): string | null {
  if (controls.test(name) || /[\\/]|:\$|::|:\.|\.[A-Za-z0-9]{1,8}:/.test(name) || /[. ]$/.test(name) || reserved.test(name))
    return 'upload.unsafe_name';
  const bare = name.trim();
  if (settings.test(bare)) return 'upload.server_name';
  const parts = bare.split(/[.;%]/, 40).slice(1);
  const last = parts.at(-1) ?? '';
  if (served.test(last)) return 'upload.server_name';
  if (runExtensions.test(last)) return 'upload.program';
  return parts.slice(0, -1).some((part) => servedBefore.test(part) || desktopBefore.test(part))
    ? 'upload.double_extension'
    : null;
}

/** Of two extensions the first: words such as `do`, `inc` or `app` also stand in honest names. */
const servedBefore = /^(?:php[0-9]?|phtml|phar|pht|asp|aspx|ashx|asmx|asa|cer|jsp|jspx|cgi|shtml|cfm)$/i;
const desktopBefore = /^(?:exe|bat|cmd|scr|vbs|vbe|hta|ps1|lnk|jse|wsf|msi|pif)$/i;

/** Whether a path in an archive leaves its folder, in whatever system unpacks it. */
export function leavesFolder(path: string): boolean {
  return (
    path === '' ||
    /[\x00-\x1f\\]/.test(path) ||
    path.startsWith('/') ||
    /^[A-Za-z]:/.test(path) ||
    path.split('/').some((part) => part === '..' || part.trimEnd() === '..')
  );
}

/** What an entry of an archive is by its name: a program, something for a web server, or neither. */
export function entryNameRule(path: string): string | null {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (settings.test(name)) return 'upload.server_name';
  const extension = name.slice(name.lastIndexOf('.') + 1);
  if (name.includes('.') && served.test(extension) && !/^(?:do|action|inc|pl|pyc?|rb|lua)$/i.test(extension))
    return 'upload.server_name';
  return name.includes('.') && runExtensions.test(extension) && !/^(?:url|app|img|one)$/i.test(extension)
    ? 'upload.archive_program'
    : null;
}
