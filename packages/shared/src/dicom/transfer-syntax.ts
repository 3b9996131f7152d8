/** How a data set's elements are written (PS3.5 Annex A). `deflated` inflates to explicit VR little endian. */
export type DataSetEncoding = 'implicit-le' | 'explicit-le' | 'explicit-be' | 'deflated';

export interface TransferSyntax {
  readonly uid: string;
  readonly name: string;
  readonly encoding: DataSetEncoding;
  /** Pixel Data is in fragments (PS3.5 A.4). */
  readonly encapsulated: boolean;
  /** Encoding into it may change pixel values. */
  readonly lossy: boolean;
}

export const IMPLICIT_VR_LITTLE_ENDIAN = '1.2.840.10008.1.2';
export const EXPLICIT_VR_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';

const native = (uid: string, name: string, encoding: DataSetEncoding): TransferSyntax => ({ uid, name, encoding, encapsulated: false, lossy: false });
const lossless = (uid: string, name: string): TransferSyntax => ({ uid, name, encoding: 'explicit-le', encapsulated: true, lossy: false });
const lossy = (uid: string, name: string): TransferSyntax => ({ uid, name, encoding: 'explicit-le', encapsulated: true, lossy: true });

/** PS3.6 Table A-1, but for those of streams that are no files. Whatever is negotiated is kept bit for bit. */
export const TRANSFER_SYNTAXES: readonly TransferSyntax[] = [
  native(EXPLICIT_VR_LITTLE_ENDIAN, 'Explicit VR Little Endian', 'explicit-le'),
  native(IMPLICIT_VR_LITTLE_ENDIAN, 'Implicit VR Little Endian', 'implicit-le'),
  native('1.2.840.10008.1.2.1.99', 'Deflated Explicit VR Little Endian', 'deflated'),
  native('1.2.840.10008.1.2.2', 'Explicit VR Big Endian (retired)', 'explicit-be'),
  lossless('1.2.840.10008.1.2.1.98', 'Encapsulated Uncompressed Explicit VR Little Endian'),
  lossless('1.2.840.10008.1.2.4.80', 'JPEG-LS Lossless'),
  lossless('1.2.840.10008.1.2.4.201', 'High-Throughput JPEG 2000 (Lossless Only)'),
  lossless('1.2.840.10008.1.2.4.202', 'High-Throughput JPEG 2000 with RPCL Options (Lossless Only)'),
  lossless('1.2.840.10008.1.2.4.90', 'JPEG 2000 (Lossless Only)'),
  lossless('1.2.840.10008.1.2.4.92', 'JPEG 2000 Part 2 Multi-component (Lossless Only)'),
  lossless('1.2.840.10008.1.2.4.70', 'JPEG Lossless, First-Order Prediction'),
  lossless('1.2.840.10008.1.2.4.57', 'JPEG Lossless, Process 14'),
  lossless('1.2.840.10008.1.2.4.58', 'JPEG Lossless, Process 15 (retired)'),
  lossless('1.2.840.10008.1.2.4.65', 'JPEG Lossless, Hierarchical, Process 28 (retired)'),
  lossless('1.2.840.10008.1.2.4.66', 'JPEG Lossless, Hierarchical, Process 29 (retired)'),
  lossless('1.2.840.10008.1.2.4.110', 'JPEG XL Lossless'),
  lossless('1.2.840.10008.1.2.4.111', 'JPEG XL JPEG Recompression'),
  lossless('1.2.840.10008.1.2.5', 'RLE Lossless'),
  lossless('1.2.840.10008.1.2.8.1', 'Deflated Image Frame Compression'),
  lossy('1.2.840.10008.1.2.4.81', 'JPEG-LS Lossy (Near-Lossless)'),
  lossy('1.2.840.10008.1.2.4.203', 'High-Throughput JPEG 2000'),
  lossy('1.2.840.10008.1.2.4.91', 'JPEG 2000'),
  lossy('1.2.840.10008.1.2.4.93', 'JPEG 2000 Part 2 Multi-component'),
  lossy('1.2.840.10008.1.2.4.112', 'JPEG XL'),
  lossy('1.2.840.10008.1.2.4.50', 'JPEG Baseline'),
  lossy('1.2.840.10008.1.2.4.51', 'JPEG Extended'),
  lossy('1.2.840.10008.1.2.4.52', 'JPEG Extended, Process 3 and 5 (retired)'),
  lossy('1.2.840.10008.1.2.4.53', 'JPEG Spectral Selection, Process 6 and 8 (retired)'),
  lossy('1.2.840.10008.1.2.4.54', 'JPEG Spectral Selection, Process 7 and 9 (retired)'),
  lossy('1.2.840.10008.1.2.4.55', 'JPEG Full Progression, Process 10 and 12 (retired)'),
  lossy('1.2.840.10008.1.2.4.56', 'JPEG Full Progression, Process 11 and 13 (retired)'),
  lossy('1.2.840.10008.1.2.4.59', 'JPEG Extended, Hierarchical, Process 16 and 18 (retired)'),
  lossy('1.2.840.10008.1.2.4.60', 'JPEG Extended, Hierarchical, Process 17 and 19 (retired)'),
  lossy('1.2.840.10008.1.2.4.61', 'JPEG Spectral Selection, Hierarchical, Process 20 and 22 (retired)'),
  lossy('1.2.840.10008.1.2.4.62', 'JPEG Spectral Selection, Hierarchical, Process 21 and 23 (retired)'),
  lossy('1.2.840.10008.1.2.4.63', 'JPEG Full Progression, Hierarchical, Process 24 and 26 (retired)'),
  lossy('1.2.840.10008.1.2.4.64', 'JPEG Full Progression, Hierarchical, Process 25 and 27 (retired)'),
  lossy('1.2.840.10008.1.2.4.100', 'MPEG2 Main Profile / Main Level'),
  lossy('1.2.840.10008.1.2.4.100.1', 'Fragmentable MPEG2 Main Profile / Main Level'),
  lossy('1.2.840.10008.1.2.4.101', 'MPEG2 Main Profile / High Level'),
  lossy('1.2.840.10008.1.2.4.101.1', 'Fragmentable MPEG2 Main Profile / High Level'),
  lossy('1.2.840.10008.1.2.4.102', 'MPEG-4 AVC/H.264 High Profile / Level 4.1'),
  lossy('1.2.840.10008.1.2.4.102.1', 'Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.1'),
  lossy('1.2.840.10008.1.2.4.103', 'MPEG-4 AVC/H.264 BD-compatible High Profile / Level 4.1'),
  lossy('1.2.840.10008.1.2.4.103.1', 'Fragmentable MPEG-4 AVC/H.264 BD-compatible High Profile / Level 4.1'),
  lossy('1.2.840.10008.1.2.4.104', 'MPEG-4 AVC/H.264 High Profile / Level 4.2 For 2D Video'),
  lossy('1.2.840.10008.1.2.4.104.1', 'Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.2 For 2D Video'),
  lossy('1.2.840.10008.1.2.4.105', 'MPEG-4 AVC/H.264 High Profile / Level 4.2 For 3D Video'),
  lossy('1.2.840.10008.1.2.4.105.1', 'Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.2 For 3D Video'),
  lossy('1.2.840.10008.1.2.4.106', 'MPEG-4 AVC/H.264 Stereo High Profile / Level 4.2'),
  lossy('1.2.840.10008.1.2.4.106.1', 'Fragmentable MPEG-4 AVC/H.264 Stereo High Profile / Level 4.2'),
  lossy('1.2.840.10008.1.2.4.107', 'HEVC/H.265 Main Profile / Level 5.1'),
  lossy('1.2.840.10008.1.2.4.108', 'HEVC/H.265 Main 10 Profile / Level 5.1'),
  native('1.2.840.10008.1.2.4.94', 'JPIP Referenced', 'explicit-le'),
  native('1.2.840.10008.1.2.4.95', 'JPIP Referenced Deflate', 'deflated'),
  native('1.2.840.10008.1.2.4.204', 'JPIP HTJ2K Referenced', 'explicit-le'),
  native('1.2.840.10008.1.2.4.205', 'JPIP HTJ2K Referenced Deflate', 'deflated'),
];

const BY_UID = new Map(TRANSFER_SYNTAXES.map((syntax) => [syntax.uid, syntax]));

export function transferSyntax(uid: string): TransferSyntax | null {
  return BY_UID.get(uid) ?? null;
}

/**
 * Which of the syntaxes offered for one presentation context to take, or `null` when none is known. Senders list first
 * what they hold, so their order spares them a conversion and us a change of bits; a lossy one waits for all others,
 * because a sender that offers it beside them may be about to compress.
 */
export function preferredTransferSyntax(offered: readonly string[]): TransferSyntax | null {
  const known = offered.flatMap((uid) => BY_UID.get(uid) ?? []);
  return known.find((syntax) => !syntax.lossy) ?? known[0] ?? null;
}
