/** HTML that is already safe to put into a page. */
export type Markup = { readonly html: string };

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);

type Part = Markup | string | number | readonly Markup[];

/** A template in which every value is escaped unless it is markup itself. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { html: texts.reduce((page, text, i) => page + (i === 0 ? '' : partHtml(parts[i - 1] ?? '')) + text, '') };
}

function partHtml(part: Part): string {
  if (typeof part === 'string') return escaped(part);
  if (typeof part === 'number') return String(part);
  return 'html' in part ? part.html : part.map((own) => own.html).join('');
}
