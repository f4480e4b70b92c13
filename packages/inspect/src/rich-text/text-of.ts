const entities: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&amp;': '&' };

/** The words of cleaned rich text, as a reader sees them: what is stored as text and inspected as text. */
export function textOfRichText(html: string): string {
  return html.replace(/<[^<>]*>/g, ' ').replace(/&(?:lt|gt|quot|amp);/g, (entity) => entities[entity] ?? entity);
}
