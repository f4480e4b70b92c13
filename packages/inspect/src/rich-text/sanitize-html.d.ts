/** The part of sanitize-html that is used here; the package brings no types. */
declare module 'sanitize-html' {
  export type Attributes = Record<string, string>;
  export interface Options {
    readonly allowedTags: readonly string[];
    readonly allowedAttributes: Readonly<Record<string, readonly string[]>>;
    readonly allowedSchemes: readonly string[];
    readonly allowedSchemesByTag: Readonly<Record<string, readonly string[]>>;
    readonly allowedSchemesAppliedToAttributes: readonly string[];
    readonly allowProtocolRelative: boolean;
    readonly disallowedTagsMode: 'discard';
    readonly enforceHtmlBoundary: boolean;
    readonly nonTextTags: readonly string[];
    readonly nestingLimit: number;
    readonly parseStyleAttributes: boolean;
    readonly allowVulnerableTags: boolean;
    readonly onOpenTag: (name: string, attributes: Attributes) => void;
    readonly transformTags: Readonly<
      Record<string, (name: string, attributes: Attributes) => { readonly tagName: string; readonly attribs: Attributes }>
    >;
  }
  // biome-ignore lint/style/noDefaultExport: so the package exports it
  export default function sanitizeHtml(html: string, options: Options): string;
}
