import type { Placed } from '@readroom/shared/study/display-order';
import { parseFile } from '../../imaging/decode/frames.ts';
import type { DataSet } from '../../imaging/decode/frames.ts';

/** The attributes of one image that routing, slice order and models need. Age and sex go into a model that asks for them and nowhere else. */
export type ImageHeader = {
  readonly sopInstanceUid: string;
  readonly seriesUid: string;
  readonly modality: string;
  readonly bodyPart: string;
  /** SeriesDescription, StudyDescription and ProtocolName: where the body part is sought when the attribute is absent. */
  readonly descriptions: string;
  /** SeriesDescription alone. */
  readonly seriesDescription: string;
  /** ImageLaterality (0020,0062), of the series where the image has none. */
  readonly laterality: string;
  /** PatientAge (0010,1010), or from birth to study; undefined where neither can be read. */
  readonly ageYears: number | undefined;
  readonly sex: string;
  /** Compared within the study, and told nobody. */
  readonly patientId: string;
  readonly imageType: readonly string[];
  readonly viewPosition: string;
  readonly contrast: boolean;
  readonly kernel: string;
  readonly sliceThicknessMm: number | undefined;
  readonly instanceNumber: number | null;
  readonly frames: number;
  readonly samplesPerPixel: number;
  readonly rows: number;
  readonly columns: number;
  readonly hasRescale: boolean;
  /** ImagePositionPatient (mm) and ImageOrientationPatient (row and column cosines); absent in projections. */
  readonly position: Placed['position'];
  /** PixelSpacing (0028,0030), row then column, mm, and PixelSpacingCalibrationType (0028,0A02); null where absent. */
  readonly pixelSpacing: readonly number[] | null;
  readonly calibration: string | null;
  readonly orientation: Placed['orientation'];
};

/** Reads a Part 10 file up to its Pixel Data. Throws DecodeError. */
export function readHeader(file: Uint8Array): ImageHeader {
  const dataSet = parseFile(file, true);
  const text = (tag: string): string => dataSet.string(tag)?.trim().toUpperCase() ?? '';
  return {
    sopInstanceUid: dataSet.string('x00080018')?.trim() ?? '',
    seriesUid: dataSet.string('x0020000e')?.trim() ?? '',
    // One value by the standard; of several the first counts, as in the list.
    modality: text('x00080060').split('\\')[0]?.trim() ?? '',
    bodyPart: text('x00180015'),
    descriptions: [text('x0008103e'), text('x00081030'), text('x00181030')].join(' '),
    seriesDescription: text('x0008103e'),
    laterality: text('x00200062') || text('x00200060'),
    ageYears: ageOf(text('x00101010')) ?? yearsBetween(text('x00100030'), text('x00080020')),
    sex: text('x00100040'),
    patientId: text('x00100020'),
    imageType: text('x00080008').split('\\').map((part) => part.trim()),
    viewPosition: text('x00185101'),
    contrast: text('x00180010') !== '' && text('x00180010') !== 'NONE',
    kernel: text('x00181210'),
    sliceThicknessMm: numbers(dataSet, 'x00180050', 1)?.[0],
    instanceNumber: numbers(dataSet, 'x00200013', 1)?.[0] ?? null,
    frames: numbers(dataSet, 'x00280008', 1)?.[0] ?? 1,
    samplesPerPixel: dataSet.uint16('x00280002') ?? 1,
    rows: dataSet.uint16('x00280010') ?? 0,
    columns: dataSet.uint16('x00280011') ?? 0,
    hasRescale: numbers(dataSet, 'x00281053', 1) !== undefined && numbers(dataSet, 'x00281052', 1) !== undefined,
    pixelSpacing: numbers(dataSet, 'x00280030', 2) ?? null,
    calibration: text('x00280a02') || null,
    position: positionOf(dataSet),
    orientation: orientationOf(dataSet),
  };
}

/** Age String (PS3.5 6.2): three digits and D, W, M or Y. */
function ageOf(text: string): number | undefined {
  const [, count, unit] = /^(\d{3})([DWMY])$/.exec(text) ?? [];
  const perYear = { D: 365.25, W: 365.25 / 7, M: 12, Y: 1 }[unit ?? ''];
  return perYear === undefined ? undefined : Number(count) / perYear;
}

/** Years between two dates (YYYYMMDD); undefined where one is none or they are out of order. */
function yearsBetween(from: string, to: string): number | undefined {
  const [a, b] = [from, to].map((text) => (/^\d{8}$/.test(text) ? Date.parse(`${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`) : Number.NaN));
  const years = ((b ?? Number.NaN) - (a ?? Number.NaN)) / (365.25 * 86_400_000);
  return years >= 0 && years < 150 ? years : undefined;
}

function positionOf(dataSet: DataSet): ImageHeader['position'] {
  const values = numbers(dataSet, 'x00200032', 3);
  if (!values) return null;
  const [x = 0, y = 0, z = 0] = values;
  return [x, y, z];
}

function orientationOf(dataSet: DataSet): ImageHeader['orientation'] {
  const values = numbers(dataSet, 'x00200037', 6);
  if (!values) return null;
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = values;
  return [a, b, c, d, e, f];
}

function numbers(dataSet: DataSet, tag: string, count: number): number[] | undefined {
  const text = dataSet.elements[tag]?.length ? dataSet.string(tag) : undefined;
  const values = text?.split('\\').slice(0, count).map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  return values?.length === count && values.every(Number.isFinite) ? values : undefined;
}
