import { createHash } from 'node:crypto';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64');

/** Content-Security-Policy of a page that is one style, one script and what it asks of its own server. */
export function pagePolicy({ style, script }: { readonly style: string; readonly script: string }): string {
  return `default-src 'none'; connect-src 'self'; style-src 'sha256-${sha256(style)}'; script-src 'sha256-${sha256(script)}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
}
