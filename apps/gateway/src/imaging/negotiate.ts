import { AppError } from '@readroom/shared/error';

/** One range of an Accept header (RFC 9110 section 12.5.1), with the parameters DICOMweb adds (PS3.18 section 8.7). */
interface MediaRange {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
}

const EXPLICIT_LE = '1.2.840.10008.1.2.1';

export function parseAccept(header: string | undefined): MediaRange[] {
  const ranges = splitOutsideQuotes(header?.trim() ? header : '*/*', ',').map(parseRange);
  // Equal qualities keep the order they came in: the sort is stable.
  return ranges.filter((range) => range.quality > 0).sort((a, b) => b.quality - a.quality);
}

function parseRange(text: string): MediaRange {
  const [type = '', ...rest] = splitOutsideQuotes(text, ';');
  const parameters = new Map(rest.map((part): [string, string] => {
    const at = part.indexOf('=');
    return [part.slice(0, Math.max(0, at)).trim().toLowerCase(), part.slice(at + 1).trim().replace(/^"(.*)"$/, '$1')];
  }));
  const quality = Number(parameters.get('q') ?? 1);
  return { type: type.trim().toLowerCase(), parameters, quality: Number.isFinite(quality) ? quality : 0 };
}

function splitOutsideQuotes(text: string, separator: string): string[] {
  return text.split(new RegExp(`${separator}(?=(?:[^"]*"[^"]*")*[^"]*$)`)).filter((part) => part.trim() !== '');
}

/** How the bytes are wrapped: `multipart` as PS3.18 has it, or the one part alone. */
export interface Wrapping {
  readonly multipart: boolean;
}

/** PS3.18 section 8.7.3.3: octet-stream without a transfer syntax means Explicit VR Little Endian; `*` and image types take what is stored. */
export function negotiateFrame(accept: string | undefined): Wrapping & { readonly encoding: 'stored' | 'explicit-le' } {
  for (const { type, parameters } of parseAccept(accept)) {
    const multipart = type === 'multipart/related' || type === '*/*';
    const part = type === 'multipart/related' ? (parameters.get('type')?.toLowerCase() ?? 'application/octet-stream') : type;
    const syntax = parameters.get('transfer-syntax');
    if (part === 'application/octet-stream') return { multipart, encoding: syntax === undefined || syntax === EXPLICIT_LE ? 'explicit-le' : 'stored' };
    if (part === '*/*' || part.startsWith('image/')) return { multipart, encoding: 'stored' };
  }
  throw notAcceptable('multipart/related; type="application/octet-stream"; transfer-syntax=*');
}

export function negotiateRendered(accept: string | undefined): 'jpeg' | 'png' {
  for (const { type } of parseAccept(accept)) {
    if (type === 'image/png') return 'png';
    if (type === 'image/jpeg' || type === 'image/*' || type === '*/*') return 'jpeg';
  }
  throw notAcceptable('image/jpeg or image/png');
}

export function negotiateMetadata(accept: string | undefined): void {
  const fits = parseAccept(accept).some(({ type }) => ['application/dicom+json', 'application/json', 'application/*', '*/*'].includes(type));
  if (!fits) throw notAcceptable('application/dicom+json');
}

export function negotiateInstance(accept: string | undefined): Wrapping {
  for (const { type, parameters } of parseAccept(accept)) {
    if (type === 'application/dicom') return { multipart: false };
    const part = parameters.get('type')?.toLowerCase() ?? 'application/dicom';
    if (type === '*/*' || (type === 'multipart/related' && part === 'application/dicom')) return { multipart: true };
  }
  throw notAcceptable('multipart/related; type="application/dicom"');
}

function notAcceptable(offered: string): AppError {
  return new AppError('not-acceptable', { class: 'permanent', message: `This is given as ${offered}. Ask for that in the Accept header.` });
}

/** `viewport=w,h` (PS3.18 section 8.3.5.1.3): the picture fits within both; null when it is not given. */
export function viewportSize(viewport: string | undefined): number | null {
  if (viewport === undefined) return null;
  const [width, height] = viewport.split(',').map(Number);
  const isSize = (value: number | undefined): value is number => value !== undefined && Number.isInteger(value) && value >= 1;
  if (isSize(width) && isSize(height)) return Math.min(width, height);
  throw new AppError('bad-input', { class: 'permanent', message: 'viewport is width,height in whole pixels, for example viewport=256,256.' });
}
