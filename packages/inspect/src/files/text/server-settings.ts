/** Lines by which Apache, PHP or IIS run other files than before. */
const setting =
  /^[ \t]{0,40}(?:(?:AddHandler|SetHandler|AddType|ForceType)[ \t]{1,20}[^\n]{0,80}?(?:php|cgi|server-parsed|fcgid|lsapi)|php_(?:value|flag|admin_value)[ \t]{1,20}\w|(?:auto_(?:prepend|append)_file|extension_dir|disable_functions)[ \t]{0,20}=|Options[ \t]{1,20}[^\n]{0,60}?\+?ExecCGI)/im;
const iis = /<(?:system\.webServer|system\.web|httpHandlers)[\s>]/i;

/** The vector graphics of ImageMagick, which open files and addresses. */
export const isMagickDrawing = (text: string): boolean => /^\s{0,200}push\s{1,20}graphic-context\s/.test(text);

/** Offset of a setting that changes what a web server runs; -1 where there is none. */
export function serverSettingAt(text: string): number {
  const line = setting.exec(text);
  if (line !== null) return line.index;
  return iis.exec(text)?.index ?? -1;
}
