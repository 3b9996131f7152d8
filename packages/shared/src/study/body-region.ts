/** A part of the body as two studies are compared by it: coarser than Body Part Examined (0018,0015), which senders write in their own ways. */
export type BodyRegion = 'head' | 'neck' | 'chest' | 'breast' | 'abdomen' | 'pelvis' | 'spine' | 'arm' | 'leg';

const EVERYWHERE: readonly BodyRegion[] = ['head', 'neck', 'chest', 'breast', 'abdomen', 'pelvis', 'spine', 'arm', 'leg'];

/** Words of PS3.16 CID 4 and of study descriptions. A word counts where it begins a word of the text, one that ends in a space where it is the whole. */
const WORDS: Readonly<Record<BodyRegion, readonly string[]>> = {
  head: ['HEAD', 'BRAIN', 'SKULL', 'CRANI', 'CEREBR', 'ORBIT', 'SINUS', 'FACE', 'FACIAL', 'MAXILL', 'MANDIB', 'PITUIT', 'SELLA', 'EAR ', 'EARS ', 'TEMPORAL', 'HIPPOCAMP'],
  neck: ['NECK', 'CAROTID', 'THYROID', 'LARYN', 'PHARYN', 'PAROTID'],
  chest: ['CHEST', 'THORA', 'LUNG', 'PULMO', 'HEART', 'CARDIA', 'CORONARY', 'RIB ', 'RIBS ', 'STERN', 'MEDIASTIN', 'ESOPHAG', 'OESOPHAG'],
  breast: ['BREAST', 'MAMM'],
  abdomen: ['ABD', 'LIVER', 'HEPAT', 'KIDNEY', 'RENAL', 'PANCREA', 'SPLEEN', 'STOMACH', 'GALLBLADDER', 'BOWEL', 'COLON', 'KUB', 'ADRENAL', 'BILIARY', 'MRCP', 'URO'],
  pelvis: ['PELVI', 'PROSTAT', 'UTER', 'OVAR', 'BLADDER', 'RECT', 'SACR', 'KUB', 'TESTI', 'SCROT'],
  spine: ['SPINE', 'SPINAL', 'CSPINE', 'TSPINE', 'LSPINE', 'LUMB', 'CERVICAL', 'VERTEBR', 'DORSAL', 'MYELO'],
  arm: ['ARM ', 'ARMS ', 'SHOULDER', 'HUMER', 'ELBOW', 'FOREARM', 'RADIUS', 'ULNA', 'WRIST', 'HAND', 'FINGER', 'THUMB', 'CLAVIC', 'SCAPUL', 'UPPER EXTREMITY'],
  leg: ['LEG ', 'LEGS ', 'HIP ', 'HIPS ', 'FEMUR', 'FEMORAL', 'THIGH', 'KNEE', 'PATELL', 'TIBIA', 'FIBULA', 'ANKLE', 'FOOT', 'FEET', 'TOE ', 'TOES ', 'CALCAN', 'LOWER EXTREMITY'],
};
const WHOLE_BODY = /\b(WHOLE ?BODY|WB|SKULL BASE TO (MID )?THIGH)\b/;

/** The regions that texts of a study name; none when they name none that is known. */
export function bodyRegions(...texts: readonly string[]): ReadonlySet<BodyRegion> {
  const text = ` ${texts.join(' ').toUpperCase().replace(/[^\p{L}\p{N}]+/gu, ' ')} `;
  if (WHOLE_BODY.test(text)) return new Set(EVERYWHERE);
  return new Set(EVERYWHERE.filter((region) => WORDS[region].some((word) => text.includes(` ${word}`))));
}
